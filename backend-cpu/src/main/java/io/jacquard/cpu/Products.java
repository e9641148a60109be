package io.jacquard.cpu;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.expr.Program;
import io.jacquard.spi.Gemm;
import io.jacquard.spi.Layout;
import io.jacquard.spi.View;

/**
 * Matrix products of views: {@link io.jacquard.spi.Backend#matmul}. Float32 goes to {@link FloatProducts}, other types to
 * {@link PlainMatmul}.
 *
 * <p>A bias row, with or without ReLU, is added while a tile of the result is in registers. Any other epilogue is a map
 * over the finished result, in place.
 */
final class Products {
  /** The epilogues that the kernels know. Programs are interned, so equal ones are these very objects. */
  private static final Program BIAS = Program.of(in -> in[0].add(in[1]), DType.FLOAT32, DType.FLOAT32);
  private static final Program BIAS_RELU = Program.of(in -> in[0].add(in[1]).relu(), DType.FLOAT32,
      DType.FLOAT32);

  private final Workers workers;
  private final Maps maps;
  private final FloatProducts floats;

  Products(Workers workers, Maps maps, KernelCompiler compiler) {
    this.workers = workers;
    this.maps = maps;
    floats = compiler.form.products(workers, compiler);
  }

  /** {@link FloatProducts#prepare}. */
  boolean prepare(int rows) {
    return floats.prepare(rows);
  }

  void run(Gemm how, long[] params, View a, View b, View[] extra, View[] out) {
    var c = out[0];
    if (c.numel() == 0) return;
    var epilogue = how.epilogue();
    if (epilogue == null) {
      multiply(how, a, b, c, Epilogue.NONE);
    } else if (isBiasRow(epilogue, extra)) {
      long bias = Views.address(extra[0], "matmul bias");
      long stride = extra[0].layout().stride(c.shape().rank() - 1);
      multiply(how, a, b, c,
          epilogue == BIAS ? Epilogue.bias(bias, stride) : Epilogue.biasRelu(bias, stride));
    } else if (c.dtype() == a.dtype()) {
      multiply(how, a, b, c, Epilogue.NONE);
      finish(epilogue, params, c, extra, out);
    } else {
      intoTemporary(how, epilogue, params, a, b, extra, out);
    }
  }

  /** The bias must be the same for every row, and in every matrix of a batch. */
  private static boolean isBiasRow(Program epilogue, View[] extra) {
    if (epilogue != BIAS && epilogue != BIAS_RELU) return false;
    var layout = extra[0].layout();
    for (int d = 0; d < layout.shape().rank() - 1; d++) {
      if (layout.stride(d) != 0 && layout.shape().size(d) > 1) return false;
    }
    return true;
  }

  private void finish(Program epilogue, long[] params, View sum, View[] extra, View[] out) {
    var inputs = new View[1 + extra.length];
    inputs[0] = sum;
    System.arraycopy(extra, 0, inputs, 1, extra.length);
    maps.run(epilogue, params, inputs, out);
  }

  /** For an epilogue whose first output has another type than the sum, and which therefore cannot work in place. */
  private void intoTemporary(Gemm how, Program epilogue, long[] params, View a, View b, View[] extra,
      View[] out) {
    var type = a.dtype();
    var shape = out[0].shape();
    long bytes = shape.numel() * type.bytes();
    long address = Memory.allocate(bytes);
    try {
      var sum = new View(new CpuBuffer(address, bytes), type, Layout.contiguous(shape));
      if (how.beta() != 0) {
        var convert = Program.of(in -> in[0].to(type), out[0].dtype());
        maps.run(convert, new long[0], new View[]{out[0]}, new View[]{sum});
      }
      multiply(how, a, b, sum, Epilogue.NONE);
      finish(epilogue, params, sum, extra, out);
    } finally {
      Memory.free(address);
    }
  }

  private void multiply(Gemm how, View a, View b, View c, Epilogue epilogue) {
    var shape = c.shape();
    int m = Math.toIntExact(shape.size(-2));
    int n = Math.toIntExact(shape.size(-1));
    int k = Math.toIntExact(a.shape().size(-1));
    int batches = Math.toIntExact(shape.numel() / ((long) m * n));
    var ma = matrix(a, batches, "matmul A");
    var mb = matrix(b, batches, "matmul B");
    var mc = matrix(c, batches, "matmul C");
    multiply(c.dtype(), batches, m, n, k, how.alpha(), ma, mb, how.beta(), mc, epilogue);
  }

  /** As {@link Matmul#run}, for a type that has products. */
  void multiply(DType type, int batches, int m, int n, int k, double alpha, Matrix a, Matrix b, double beta,
      Matrix c, Epilogue epilogue) {
    switch (type) {
      case FLOAT32 -> float32(batches, m, n, k, (float) alpha, a, b, (float) beta, c, epilogue);
      case FLOAT64 -> PlainMatmul.float64(workers, batches, m, n, k, alpha, a, b, beta, c);
      case INT32 -> PlainMatmul.int32(workers, batches, m, n, k, (int) alpha, a, b, (int) beta, c);
      case INT64 -> PlainMatmul.int64(workers, batches, m, n, k, (long) alpha, a, b, (long) beta, c);
      case UINT8, BOOL, BFLOAT16, FLOAT16 ->
        throw new JacquardException("matmul is not defined for " + type + " on the CPU, of " + m + "x" + k
            + " and " + k + "x" + n + "; convert first, with to(DType).");
    }
  }

  /** A float32 product of matrices, as part of another operation: {@link FloatProducts#run}. */
  void float32(int batches, int m, int n, int k, float alpha, Matrix a, Matrix b, float beta, Matrix c,
      Epilogue epilogue) {
    floats.run(batches, m, n, k, alpha, a, b, beta, c, epilogue);
  }

  private static Matrix matrix(View view, int batches, String name) {
    var layout = view.layout();
    int rank = layout.shape().rank();
    long address = Views.address(view, name);
    return new Matrix(address, layout.stride(rank - 2), layout.stride(rank - 1),
        batches == 1 ? null : offsets(layout, batches));
  }

  /** For each matrix of a batch, where it starts. */
  private static long[] offsets(Layout layout, int batches) {
    var offsets = new long[batches];
    for (int i = 0; i < batches; i++) {
      long rest = i;
      for (int d = layout.shape().rank() - 3; d >= 0; d--) {
        offsets[i] += rest % layout.shape().size(d) * layout.stride(d);
        rest /= layout.shape().size(d);
      }
    }
    return offsets;
  }
}
