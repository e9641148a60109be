package io.jacquard.cpu;

/**
 * What batch norm with ReLU behind it does to the columns of some rows, as {@link NormColumns} does without: the same
 * operands, and a plain loop with the same bits behind each vector form. ReLU gives 0 for what is at most 0, and NaN for NaN.
 */
class NormReluColumns {
  static final int LANES = Simd.LANES;
  static final int V = Simd.BYTES;

  /** Set once; a race only means some more calls of the plain loops. */
  private static volatile boolean compiled;

  private static final class Written {
    static final NormReluColumns LOOPS = LoopWriter.write(NormReluColumns.class);
  }

  /** For {@link LoopWriter}'s subclass. */
  NormReluColumns() {}

  /** The loops on vectors. */
  static NormReluColumns vectors() {
    return Written.LOOPS;
  }

  private static int whole(int n) {
    return compiled ? n & -LANES : 0;
  }

  private static float where(float z, float number) {
    return z <= 0 ? 0 : number;
  }

  /** {@code y = relu((x - mean) * scale + bias)}. */
  static void normalize(long x, long y, long stride, int rows, int n, long mean, long scale, long bias) {
    int whole = whole(n);
    if (whole > 0) vectors().normalizeVectors(x, y, stride, rows, whole, mean, scale, bias);
    for (int k = whole; k < n; k++) {
      for (long at = 4L * k, end = at + rows * stride; at < end; at += stride) {
        float z = normal(x + at, mean + 4L * k, scale + 4L * k, bias + 4L * k);
        Memory.setFloat(y + at, where(z, z));
      }
    }
  }

  private static float normal(long x, long mean, long scale, long bias) {
    return Math.fma(Memory.getFloat(x) - Memory.getFloat(mean), Memory.getFloat(scale),
        Memory.getFloat(bias));
  }

  void normalizeVectors(long x, long y, long stride, int rows, int n, long mean, long scale,
      long bias) {
    for (long k = 0; k < 4L * n; k += V) {
      var m = VectorMath.load(mean + k);
      var s = VectorMath.load(scale + k);
      var b = VectorMath.load(bias + k);
      long at = k;
      for (int r = 0; r < rows; r++, at += stride) {
        var z = VectorMath.load(x + at).sub(m).fma(s, b);
        VectorMath.store(VectorMath.whereAboveZero(z, z), y + at);
      }
    }
  }

  /** {@code y = relu((x - mean) * scale + bias + residual)}. */
  static void normalizeAndAdd(long x, long residual, long y, long stride, int rows, int n, long mean,
      long scale, long bias) {
    int whole = whole(n);
    if (whole > 0) vectors().normalizeAndAddVectors(x, residual, y, stride, rows, whole, mean, scale, bias);
    for (int k = whole; k < n; k++) {
      for (long at = 4L * k, end = at + rows * stride; at < end; at += stride) {
        float z = normal(x + at, mean + 4L * k, scale + 4L * k, bias + 4L * k)
            + Memory.getFloat(residual + at);
        Memory.setFloat(y + at, where(z, z));
      }
    }
  }

  void normalizeAndAddVectors(long x, long residual, long y, long stride, int rows, int n, long mean,
      long scale, long bias) {
    for (long k = 0; k < 4L * n; k += V) {
      var m = VectorMath.load(mean + k);
      var s = VectorMath.load(scale + k);
      var b = VectorMath.load(bias + k);
      long at = k;
      for (int r = 0; r < rows; r++, at += stride) {
        var z = VectorMath.load(x + at).sub(m).fma(s, b).add(VectorMath.load(residual + at));
        VectorMath.store(VectorMath.whereAboveZero(z, z), y + at);
      }
    }
  }

  /**
   * Of the gradient g that arrives at ReLU without a residual, {@code through}, which is g where {@code (x - mean) * scale +
   * bias} is more than 0: adds it to {@code sums}, and {@code through * (x - mean)} to {@code products}.
   */
  static void products(long g, long x, long stride, int rows, int n, long mean, long scale, long bias,
      long sums, long products) {
    int whole = whole(n);
    if (whole > 0) vectors().productVectors(g, x, stride, rows, whole, mean, scale, bias, sums, products);
    for (int k = whole; k < n; k++) {
      float m = Memory.getFloat(mean + 4L * k);
      float sum = Memory.getFloat(sums + 4L * k);
      float product = Memory.getFloat(products + 4L * k);
      for (long at = 4L * k, end = at + rows * stride; at < end; at += stride) {
        float z = normal(x + at, mean + 4L * k, scale + 4L * k, bias + 4L * k);
        float through = where(z, Memory.getFloat(g + at));
        sum += through;
        product = Math.fma(through, Memory.getFloat(x + at) - m, product);
      }
      Memory.setFloat(sums + 4L * k, sum);
      Memory.setFloat(products + 4L * k, product);
    }
  }

  void productVectors(long g, long x, long stride, int rows, int n, long mean, long scale, long bias,
      long sums, long products) {
    for (long k = 0; k < 4L * n; k += V) {
      var m = VectorMath.load(mean + k);
      var s = VectorMath.load(scale + k);
      var b = VectorMath.load(bias + k);
      var sum = VectorMath.load(sums + k);
      var product = VectorMath.load(products + k);
      long at = k;
      for (int r = 0; r < rows; r++, at += stride) {
        var away = VectorMath.load(x + at).sub(m);
        var through = VectorMath.whereAboveZero(away.fma(s, b), VectorMath.load(g + at));
        sum = sum.add(through);
        product = through.fma(away, product);
      }
      VectorMath.store(sum, sums + k);
      VectorMath.store(product, products + k);
    }
  }

  /** {@code dx = through * scale - ((x - mean) * along + shift)}, with {@code through} as in {@link #products}. */
  static void gradient(long g, long x, long dx, long stride, int rows, int n, long mean, long scale,
      long bias, long along, long shift) {
    int whole = whole(n);
    if (whole > 0) vectors().gradientVectors(g, x, dx, stride, rows, whole, mean, scale, bias, along, shift);
    for (int k = whole; k < n; k++) {
      float m = Memory.getFloat(mean + 4L * k);
      float s = Memory.getFloat(scale + 4L * k);
      float a = Memory.getFloat(along + 4L * k);
      float b = Memory.getFloat(shift + 4L * k);
      for (long at = 4L * k, end = at + rows * stride; at < end; at += stride) {
        float z = normal(x + at, mean + 4L * k, scale + 4L * k, bias + 4L * k);
        float back = Math.fma(Memory.getFloat(x + at) - m, a, b);
        Memory.setFloat(dx + at, Math.fma(where(z, Memory.getFloat(g + at)), s, -back));
      }
    }
  }

  void gradientVectors(long g, long x, long dx, long stride, int rows, int n, long mean, long scale,
      long bias, long along, long shift) {
    for (long k = 0; k < 4L * n; k += V) {
      var m = VectorMath.load(mean + k);
      var s = VectorMath.load(scale + k);
      var b = VectorMath.load(bias + k);
      var a = VectorMath.load(along + k);
      var c = VectorMath.load(shift + k);
      long at = k;
      for (int r = 0; r < rows; r++, at += stride) {
        var away = VectorMath.load(x + at).sub(m);
        var through = VectorMath.whereAboveZero(away.fma(s, b), VectorMath.load(g + at));
        VectorMath.store(through.fma(s, away.fma(a, c).neg()), dx + at);
      }
    }
  }

  /**
   * Of the gradient g that arrives at ReLU with a residual, {@code through}, which is g where y is more than 0: writes it,
   * which is the residual's gradient, adds it to {@code sums}, and {@code through * (x - mean)} to {@code products}.
   */
  static void productsWithResidual(long g, long x, long y, long through, long stride, int rows, int n,
      long mean, long sums, long products) {
    int whole = whole(n);
    if (whole > 0)
      vectors().productWithResidualVectors(g, x, y, through, stride, rows, whole, mean, sums, products);
    for (int k = whole; k < n; k++) {
      float m = Memory.getFloat(mean + 4L * k);
      float sum = Memory.getFloat(sums + 4L * k);
      float product = Memory.getFloat(products + 4L * k);
      for (long at = 4L * k, end = at + rows * stride; at < end; at += stride) {
        float t = where(Memory.getFloat(y + at), Memory.getFloat(g + at));
        Memory.setFloat(through + at, t);
        sum += t;
        product = Math.fma(t, Memory.getFloat(x + at) - m, product);
      }
      Memory.setFloat(sums + 4L * k, sum);
      Memory.setFloat(products + 4L * k, product);
    }
  }

  void productWithResidualVectors(long g, long x, long y, long through, long stride, int rows, int n,
      long mean, long sums, long products) {
    for (long k = 0; k < 4L * n; k += V) {
      var m = VectorMath.load(mean + k);
      var sum = VectorMath.load(sums + k);
      var product = VectorMath.load(products + k);
      long at = k;
      for (int r = 0; r < rows; r++, at += stride) {
        var t = VectorMath.whereAboveZero(VectorMath.load(y + at), VectorMath.load(g + at));
        VectorMath.store(t, through + at);
        sum = sum.add(t);
        product = t.fma(VectorMath.load(x + at).sub(m), product);
      }
      VectorMath.store(sum, sums + k);
      VectorMath.store(product, products + k);
    }
  }

  /** Runs the vector forms once on some scratch memory, for the sake of being compiled. */
  void warm(long scratch) {
    int n = 2 * LANES;
    int rows = 8;
    long stride = 4L * n;
    long out = scratch + rows * stride;
    long row = out + rows * stride;
    long next = row + stride;
    normalizeVectors(scratch, out, stride, rows, n, scratch, scratch, scratch);
    normalizeAndAddVectors(scratch, scratch, out, stride, rows, n, scratch, scratch, scratch);
    productVectors(scratch, scratch, stride, rows, n, scratch, scratch, scratch, row, next);
    gradientVectors(scratch, scratch, out, stride, rows, n, scratch, scratch, scratch, scratch,
        scratch);
    productWithResidualVectors(scratch, scratch, scratch, out, stride, rows, n, scratch, row, next);
  }

  /** Says that the vector forms are compiled. */
  static void useVectors() {
    compiled = true;
  }
}
