package io.jacquard.kernels.check;

import static io.jacquard.DType.FLOAT32;
import static io.jacquard.DType.INT64;

import io.jacquard.expr.Program;
import io.jacquard.ops.Softmax;
import io.jacquard.spi.Gemm;
import io.jacquard.spi.Reduction;
import io.jacquard.spi.Scan;
import io.jacquard.spi.View;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntToLongFunction;

/** What {@link SelfTest} has a device compute, and the results: small, of odd sizes, one for each family of kernels. */
final class SelfTestChecks {
  private static final long[] NO_PARAMS = {};
  /** Of built-in functions; whole numbers are compared exactly. */
  private static final double ROUNDING = 1e-5;

  private static final int M = 70;
  private static final int N = 37;
  private static final int K = 45;

  /** Has a device compute. */
  @FunctionalInterface
  interface Work {
    double[] on(Workbench bench);
  }

  /** @param tolerance relative to the expected value, absolute below 1 */
  record Check(String name, double[] expected, double tolerance, Work work) {}

  private SelfTestChecks() {}

  static final List<Check> ALL = List.of(arithmetic(), functions(), integers(), sums(), largest(), matmul(),
      product(), gather(), scatter(), scan(), argsort(), softmax());

  /** Small whole numbers without a pattern. */
  private static float whole(int i) {
    return (i * 7919 + i / 13 * 31) % 17 - 8;
  }

  private static float[] wholes(int count) {
    return floats(count, SelfTestChecks::whole);
  }

  private static float[] floats(int count, IntToDoubleFunction of) {
    var values = new float[count];
    for (int i = 0; i < count; i++) values[i] = (float) of.applyAsDouble(i);
    return values;
  }

  private static double[] doubles(int count, IntToDoubleFunction of) {
    var values = new double[count];
    Arrays.setAll(values, of);
    return values;
  }

  private static long[] longs(int count, IntToLongFunction of) {
    var values = new long[count];
    Arrays.setAll(values, of);
    return values;
  }

  private static double[] read(Workbench bench, View view) {
    var found = bench.floats(view);
    return doubles(found.length, i -> found[i]);
  }

  private static double[] readLongs(Workbench bench, View view) {
    var found = bench.longs(view);
    return doubles(found.length, i -> found[i]);
  }

  private static Check arithmetic() {
    var program = Program.of(v -> v[0].mul(v[1]).add(v[2]).max(-20), FLOAT32, FLOAT32, FLOAT32);
    return new Check("a*b + c",
        doubles(M * N, i -> Math.max(-20, whole(i) * whole(i % N * M + i / N) + whole(i))), 0, bench -> {
          var x = bench.floats(wholes(M * N), M, N);
          var across = Workbench.transposed(bench.floats(wholes(M * N), N, M));
          var y = bench.empty(FLOAT32, M, N);
          bench.backend().map(program, NO_PARAMS, new View[]{x, across, x}, new View[]{y});
          return read(bench, y);
        });
  }

  private static Check functions() {
    var program = Program.of(
        v -> v[0].exp().add(v[0].abs().sqrt()).sub(v[0].tanh()).div(v[0].square().add(2)),
        FLOAT32);
    return new Check("exp, sqrt, tanh and division", doubles(1000, i -> {
      double x = whole(i) / 4;
      return (Math.exp(x) + Math.sqrt(Math.abs(x)) - Math.tanh(x)) / (x * x + 2);
    }), ROUNDING, bench -> {
      var x = bench.floats(floats(1000, i -> whole(i) / 4), 1000);
      var y = bench.empty(FLOAT32, 1000);
      bench.backend().map(program, NO_PARAMS, new View[]{x}, new View[]{y});
      return read(bench, y);
    });
  }

  private static Check integers() {
    var program = Program.of(v -> v[0].mul(v[0]).add(v[1]).xor(v[1]), INT64, INT64);
    IntToLongFunction a = i -> i * 0x1_0000_0001L - 7;
    IntToLongFunction b = i -> (long) i << 33;
    return new Check("64-bit integers", doubles(300, i -> {
      long x = a.applyAsLong(i);
      return x * x + b.applyAsLong(i) ^ b.applyAsLong(i);
    }), 0, bench -> {
      var y = bench.empty(INT64, 300);
      bench.backend().map(program, NO_PARAMS,
          new View[]{bench.longs(longs(300, a), 300), bench.longs(longs(300, b), 300)},
          new View[]{y});
      return readLongs(bench, y);
    });
  }

  private static final Program IDENTITY = Program.of(v -> v[0], FLOAT32);

  private static Check sums() {
    var expected = new double[M + 500];
    for (int i = 0; i < M * 500; i++) {
      expected[i / 500] += whole(i);
      expected[M + i % 500] += whole(i);
    }
    return new Check("sum", expected, 0, bench -> {
      var x = bench.floats(wholes(M * 500), M, 500);
      var rows = bench.empty(FLOAT32, M, 1);
      var columns = bench.empty(FLOAT32, 1, 500);
      var sum = Reduction.of(Reduction.Fold.SUM);
      bench.backend().reduce(sum, IDENTITY, NO_PARAMS, new View[]{x}, new int[]{1}, new View[]{rows});
      bench.backend().reduce(sum, IDENTITY, NO_PARAMS, new View[]{x}, new int[]{0}, new View[]{columns});
      var both = Arrays.copyOf(read(bench, rows), M + 500);
      System.arraycopy(read(bench, columns), 0, both, M, 500);
      return both;
    });
  }

  private static Check largest() {
    int count = 9;
    int length = 700;
    IntToDoubleFunction value = i -> i * 401 % 10007;
    var expected = new double[count];
    for (int i = 0; i < count * length; i++) {
      int line = i / length;
      if (value.applyAsDouble(i) > value.applyAsDouble(line * length + (int) expected[line]))
        expected[line] = i % length;
    }
    return new Check("argmax", expected, 0, bench -> {
      var x = bench.floats(floats(count * length, value), count, length);
      var y = bench.empty(INT64, count, 1);
      bench.backend().reduce(Reduction.of(Reduction.Fold.ARGMAX), IDENTITY, NO_PARAMS, new View[]{x},
          new int[]{1},
          new View[]{y});
      return readLongs(bench, y);
    });
  }

  private static double product(int m, int n) {
    double sum = 0;
    for (int k = 0; k < K; k++) sum += whole(m * K + k) * whole(k * N + n);
    return sum;
  }

  /** Few elements: by the kernel without shared memory. */
  private static Check matmul() {
    return new Check("matmul", doubles(M * N, i -> product(i / N, i % N)), 0, bench -> {
      var c = bench.empty(FLOAT32, M, N);
      bench.backend().matmul(Gemm.PLAIN, NO_PARAMS, bench.floats(wholes(M * K), M, K),
          bench.floats(wholes(K * N), K, N),
          new View[0], new View[]{c});
      return read(bench, c);
    });
  }

  /** A larger one, of repeated rows and columns, transposed and with an epilogue: in tiles. */
  private static Check product() {
    int times = 6;
    int rows = M * times;
    int columns = N * times;
    var relu = new Gemm(2, 0, Program.of(v -> v[0].max(0), FLOAT32));
    return new Check("matmul in tiles",
        doubles(rows * columns, i -> Math.max(0, 2 * product(i / columns % M, i % columns % N))), 0,
        bench -> {
          var a = bench.floats(floats(rows * K, i -> whole(i % rows % M * K + i / rows)), K, rows);
          var b = bench.floats(floats(columns * K, i -> whole(i % K * N + i / K % N)), columns, K);
          var c = bench.empty(FLOAT32, rows, columns);
          bench.backend().matmul(relu, NO_PARAMS, Workbench.transposed(a), Workbench.transposed(b),
              new View[0],
              new View[]{c});
          return read(bench, c);
        });
  }

  private static int row(int i) {
    return i * 29 % M;
  }

  private static Check gather() {
    return new Check("gather", doubles(50 * N, i -> whole(row(i / N) * N + i % N)), 0, bench -> {
      var y = bench.empty(FLOAT32, 50, N);
      bench.backend().gather(bench.floats(wholes(M * N), M, N),
          bench.longs(longs(50, SelfTestChecks::row), 50),
          y);
      return read(bench, y);
    });
  }

  private static Check scatter() {
    var expected = new double[7 * N];
    for (int i = 0; i < 50 * N; i++) expected[row(i / N) % 7 * N + i % N] += whole(i);
    return new Check("scatterAdd", expected, 0, bench -> {
      var table = bench.floats(new float[7 * N], 7, N);
      bench.backend().scatterAdd(bench.longs(longs(50, i -> row(i) % 7), 50),
          bench.floats(wholes(50 * N), 50, N),
          table);
      return read(bench, table);
    });
  }

  private static Check scan() {
    var expected = new double[2000];
    for (int i = 0; i < 2000; i++) expected[i] = (i % 1000 == 0 ? 0 : expected[i - 1]) + whole(i);
    return new Check("cumsum", expected, 0, bench -> {
      var y = bench.empty(FLOAT32, 2, 1000);
      bench.backend().scan(Scan.SUM, 1, bench.floats(wholes(2000), 2, 1000), y);
      return read(bench, y);
    });
  }

  private static Check argsort() {
    var order = new Integer[500];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (i, j) -> Float.compare(whole(i), whole(j))); // stable
    return new Check("argsort", doubles(500, i -> order[i]), 0, bench -> {
      var y = bench.empty(INT64, 500);
      bench.backend().argsort(false, 0, bench.floats(wholes(500), 500), y);
      return readLongs(bench, y);
    });
  }

  private static Check softmax() {
    int lines = 5;
    int length = 130;
    var expected = new double[lines * length];
    for (int line = 0; line < lines; line++) {
      double sum = 0;
      for (int i = 0; i < length; i++) sum += Math.exp(whole(line * length + i));
      for (int i = 0; i < length; i++)
        expected[line * length + i] = Math.exp(whole(line * length + i)) / sum;
    }
    return new Check("softmax", expected, ROUNDING, bench -> {
      var x = bench.floats(wholes(lines * length), lines, length);
      var y = bench.empty(FLOAT32, lines, length);
      if (!bench.backend().run(new Softmax(1), new View[]{x}, new View[]{y}))
        throw new IllegalStateException("softmax has no kernel of its own");
      return read(bench, y);
    });
  }
}
