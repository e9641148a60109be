package io.jacquard.cpu;

import io.jacquard.DType;
import io.jacquard.expr.Program;
import io.jacquard.spi.Gemm;
import io.jacquard.spi.Layout;
import io.jacquard.spi.View;
import java.util.stream.IntStream;

/** Matrix products of views: {@link io.jacquard.spi.Backend#matmul}. */
final class Products {
  private final Workers workers;
  private final Maps maps;

  Products(Workers workers, Maps maps) {
    this.workers = workers;
    this.maps = maps;
  }

  void run(Gemm how, long[] params, View a, View b, View[] extra, View[] out) {
    if (out[0].numel() == 0)
      return;
    var epilogue = how.epilogue();
    if (epilogue == null) {
      plain(how.alpha(), how.beta(), a, b, out[0]);
      return;
    }
    // the sum needs a place of its own, unless the epilogue writes it to the first output anyway
    var type = a.dtype();
    var shape = out[0].shape();
    long address = Memory.allocate(shape.numel() * type.bytes());
    try {
      var sum = new View(new CpuBuffer(address, shape.numel() * type.bytes()), type,
          Layout.contiguous(shape));
      if (how.beta() != 0)
        maps.run(copy(type), new long[0], new View[]{out[0]}, new View[]{sum});
      plain(how.alpha(), how.beta(), a, b, sum);
      var inputs = new View[1 + extra.length];
      inputs[0] = sum;
      System.arraycopy(extra, 0, inputs, 1, extra.length);
      maps.run(epilogue, params, inputs, out);
    } finally {
      Memory.free(address);
    }
  }

  private static Program copy(DType type) {
    return Program.of(in -> in[0], type);
  }

  private void plain(double alpha, double beta, View a, View b, View c) {
    var shape = c.shape().sizes();
    int rank = shape.length;
    long m = shape[rank - 2];
    long n = shape[rank - 1];
    long k = a.shape().size(-1);
    var strides = new long[][]{Views.strides(a), Views.strides(b), Views.strides(c)};
    var batch = Nest.of(shape, IntStream.range(0, rank - 2).toArray(), strides, -1);
    long pa = Views.address(a, "matmul", "a");
    long pb = Views.address(b, "matmul", "b");
    long pc = Views.address(c, "matmul", "output");
    var type = c.dtype();
    workers.run(Math.toIntExact(batch.count(0, batch.rank()) * m), row -> {
      long i = row % m;
      long ra = pa + batch.position(0, 0, batch.rank(), row / m) + i * strides[0][rank - 2];
      long rb = pb + batch.position(1, 0, batch.rank(), row / m);
      long rc = pc + batch.position(2, 0, batch.rank(), row / m) + i * strides[2][rank - 2];
      for (long j = 0; j < n; j++) {
        double sum = 0;
        long at = ra;
        long bt = rb + j * strides[1][rank - 1];
        for (long p = 0; p < k; p++) {
          sum += type.value(Elements.load(type, at)) * type.value(Elements.load(type, bt));
          at += strides[0][rank - 1];
          bt += strides[1][rank - 2];
        }
        long ct = rc + j * strides[2][rank - 1];
        double old = beta == 0 ? 0 : beta * type.value(Elements.load(type, ct));
        Elements.store(type, ct, type.bits(alpha * sum + old));
      }
    });
  }
}
