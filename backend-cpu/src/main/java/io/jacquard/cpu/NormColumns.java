package io.jacquard.cpu;

/**
 * What batch norm does to the columns of some rows of float32, in vectors: a column is a channel. Operands are the first
 * row's address, how many bytes rows are apart, how many rows and columns; and rows of one number for each column.
 *
 * <p>Every column is computed down its rows on its own, so that the plain loops behind each method, for columns that fill no
 * vector and until {@link #warm} has seen the vector form compiled, give the same bits.
 */
class NormColumns {
  static final int LANES = Simd.LANES;
  static final int V = Simd.BYTES;

  /** Set once; a race only means some more calls of the plain loops. */
  private static volatile boolean compiled;

  private static final class Written {
    static final NormColumns LOOPS = LoopWriter.write(NormColumns.class);
  }

  /** For {@link LoopWriter}'s subclass. */
  NormColumns() {}

  /** The loops on vectors. */
  static NormColumns vectors() {
    return Written.LOOPS;
  }

  private static int whole(int n) {
    return compiled ? n & -LANES : 0;
  }

  /** Adds to {@code sums} each {@code x - shift}, and to {@code squares} its square. */
  static void deviations(long x, long stride, int rows, int n, long shift, long sums, long squares) {
    int whole = whole(n);
    if (whole > 0) vectors().deviationVectors(x, stride, rows, whole, shift, sums, squares);
    for (int k = whole; k < n; k++) {
      float s = Memory.getFloat(shift + 4L * k);
      float sum = Memory.getFloat(sums + 4L * k);
      float square = Memory.getFloat(squares + 4L * k);
      for (int r = 0; r < rows; r++) {
        float d = Memory.getFloat(x + r * stride + 4L * k) - s;
        sum += d;
        square = Math.fma(d, d, square);
      }
      Memory.setFloat(sums + 4L * k, sum);
      Memory.setFloat(squares + 4L * k, square);
    }
  }

  void deviationVectors(long x, long stride, int rows, int n, long shift, long sums, long squares) {
    for (long k = 0; k < 4L * n; k += V) {
      var s = VectorMath.load(shift + k);
      var sum = VectorMath.load(sums + k);
      var square = VectorMath.load(squares + k);
      long at = x + k;
      for (int r = 0; r < rows; r++, at += stride) {
        var d = VectorMath.load(at).sub(s);
        sum = sum.add(d);
        square = d.fma(d, square);
      }
      VectorMath.store(sum, sums + k);
      VectorMath.store(square, squares + k);
    }
  }

  /** {@code y = (x - mean) * scale + bias}. */
  static void normalize(long x, long y, long stride, int rows, int n, long mean, long scale, long bias) {
    int whole = whole(n);
    if (whole > 0) vectors().normalizeVectors(x, y, stride, rows, whole, mean, scale, bias);
    for (int k = whole; k < n; k++) {
      float m = Memory.getFloat(mean + 4L * k);
      float s = Memory.getFloat(scale + 4L * k);
      float b = Memory.getFloat(bias + 4L * k);
      for (long at = 4L * k, end = at + rows * stride; at < end; at += stride)
        Memory.setFloat(y + at, Math.fma(Memory.getFloat(x + at) - m, s, b));
    }
  }

  void normalizeVectors(long x, long y, long stride, int rows, int n, long mean, long scale,
      long bias) {
    for (long k = 0; k < 4L * n; k += V) {
      var m = VectorMath.load(mean + k);
      var s = VectorMath.load(scale + k);
      var b = VectorMath.load(bias + k);
      long at = k;
      for (int r = 0; r < rows; r++, at += stride)
        VectorMath.store(VectorMath.load(x + at).sub(m).fma(s, b), y + at);
    }
  }

  /** Adds to {@code sums} each g, and to {@code products} each {@code g * (x - mean)}. */
  static void products(long g, long x, long stride, int rows, int n, long mean, long sums, long products) {
    int whole = whole(n);
    if (whole > 0) vectors().productVectors(g, x, stride, rows, whole, mean, sums, products);
    for (int k = whole; k < n; k++) {
      float m = Memory.getFloat(mean + 4L * k);
      float sum = Memory.getFloat(sums + 4L * k);
      float product = Memory.getFloat(products + 4L * k);
      for (long at = 4L * k, end = at + rows * stride; at < end; at += stride) {
        float gr = Memory.getFloat(g + at);
        sum += gr;
        product = Math.fma(gr, Memory.getFloat(x + at) - m, product);
      }
      Memory.setFloat(sums + 4L * k, sum);
      Memory.setFloat(products + 4L * k, product);
    }
  }

  void productVectors(long g, long x, long stride, int rows, int n, long mean, long sums,
      long products) {
    for (long k = 0; k < 4L * n; k += V) {
      var m = VectorMath.load(mean + k);
      var sum = VectorMath.load(sums + k);
      var product = VectorMath.load(products + k);
      long at = k;
      for (int r = 0; r < rows; r++, at += stride) {
        var gr = VectorMath.load(g + at);
        sum = sum.add(gr);
        product = gr.fma(VectorMath.load(x + at).sub(m), product);
      }
      VectorMath.store(sum, sums + k);
      VectorMath.store(product, products + k);
    }
  }

  /** {@code dx = g * scale - ((x - mean) * along + shift)}. */
  static void gradient(long g, long x, long dx, long stride, int rows, int n, long mean, long scale,
      long along,
      long shift) {
    int whole = whole(n);
    if (whole > 0) vectors().gradientVectors(g, x, dx, stride, rows, whole, mean, scale, along, shift);
    for (int k = whole; k < n; k++) {
      float m = Memory.getFloat(mean + 4L * k);
      float s = Memory.getFloat(scale + 4L * k);
      float a = Memory.getFloat(along + 4L * k);
      float b = Memory.getFloat(shift + 4L * k);
      for (long at = 4L * k, end = at + rows * stride; at < end; at += stride) {
        float back = Math.fma(Memory.getFloat(x + at) - m, a, b);
        Memory.setFloat(dx + at, Math.fma(Memory.getFloat(g + at), s, -back));
      }
    }
  }

  void gradientVectors(long g, long x, long dx, long stride, int rows, int n, long mean, long scale,
      long along, long shift) {
    for (long k = 0; k < 4L * n; k += V) {
      var m = VectorMath.load(mean + k);
      var s = VectorMath.load(scale + k);
      var a = VectorMath.load(along + k);
      var b = VectorMath.load(shift + k);
      long at = k;
      for (int r = 0; r < rows; r++, at += stride) {
        var back = VectorMath.load(x + at).sub(m).fma(a, b);
        VectorMath.store(VectorMath.load(g + at).fma(s, back.neg()), dx + at);
      }
    }
  }

  /** Runs the vector forms once on some scratch memory, for the sake of being compiled. */
  void warm(long scratch) {
    int n = 2 * LANES;
    int rows = 8;
    long stride = 4L * n;
    long out = scratch + rows * stride;
    long row = out + rows * stride;
    deviationVectors(scratch, stride, rows, n, scratch, row, row + stride);
    normalizeVectors(scratch, out, stride, rows, n, scratch, scratch, scratch);
    productVectors(scratch, scratch, stride, rows, n, scratch, row, row + stride);
    gradientVectors(scratch, scratch, out, stride, rows, n, scratch, scratch, scratch, scratch);
  }

  /** Says that the vector forms are compiled. */
  static void useVectors() {
    compiled = true;
  }
}
