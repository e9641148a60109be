package io.jacquard.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.Shape;
import io.jacquard.ops.AttentionOptions;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Attention gives the same bits on any number of threads and before its loops are compiled, in memory linear in T. */
class AttentionTest {
  private static final int LANES = Simd.LANES;
  private static final int MOST = 3 * LANES + 5;

  private final SplittableRandom random = new SplittableRandom(5);

  private long row(int n) {
    long row = Memory.allocate(4L * n);
    for (int k = 0; k < n; k++) Memory.setFloat(row + 4L * k, (float) random.nextDouble(-2, 2));
    return row;
  }

  private static float at(long row, int k) {
    return Memory.getFloat(row + 4L * k);
  }

  @Test
  void rowsAreThoseOfTheFormulas() {
    long x = row(MOST);
    long y = row(MOST);
    long own = row(MOST);
    int n = 3 * LANES;
    Memory.copy(x, own, 4L * MOST);
    AttentionRows.vectors().scaleVectors(own, n, 1.7f);
    for (int k = 0; k < n; k++) assertEquals(at(x, k) * 1.7f, at(own, k));
    Memory.copy(x, own, 4L * MOST);
    long lanes = row(LANES);
    long twins = row(LANES);
    AttentionRows.vectors().expLanes(own, n, 1.7f, 0.3f, lanes);
    for (int k = 0; k < n; k++) assertEquals(FloatMath.exp(Math.fma(at(x, k), 1.7f, -0.3f)), at(own, k));
    Memory.copy(x, own, 4L * MOST);
    AttentionRows.expLanesTwin(own, n, 1.7f, 0.3f, twins);
    for (int l = 0; l < LANES; l++) assertEquals(at(twins, l), at(lanes, l));
    AttentionRows.vectors().maxLanes(x, n, lanes);
    AttentionRows.maxLanesTwin(x, n, twins);
    for (int l = 0; l < LANES; l++) assertEquals(at(twins, l), at(lanes, l));
    AttentionRows.vectors().clearVectors(own, 2 * LANES);
    for (int k = 0; k < 2 * LANES; k++) assertEquals(0, at(own, k));
    Memory.copy(y, own, 4L * MOST);
    AttentionRows.vectors().gradientVectors(x, own, n, 0.2f, 1.3f);
    for (int k = 0; k < n; k++) assertEquals(at(x, k) * (at(y, k) - 0.2f) * 1.3f, at(own, k));
    AttentionRows.vectors().dotLanes(x, y, n, own);
    long twin = row(LANES);
    AttentionRows.dotLanesTwin(x, y, n, twin);
    for (int l = 0; l < LANES; l++) assertEquals(at(twin, l), at(own, l));
  }

  @Test
  void productsOfBlocksHaveTheBitsOfPlainLoops() {
    var workers = Workers.of(1);
    int m = 13;
    int n = 2 * LANES + 3;
    int k = 37;
    long a = row(m * k);
    long b = row(n * k);
    for (boolean adds : new boolean[]{false, true}) {
      for (var turned : new Matrix[]{Matrix.of(b, n, 1), Matrix.of(b, 1, k)}) {
        long warm = row(m * n);
        long cold = row(m * n);
        Memory.copy(warm, cold, 4L * m * n);
        new BlockProducts(workers, true).run(m, n, k, Matrix.of(a, k, 1), turned, adds, warm, n);
        new BlockProducts(workers, false).run(m, n, k, Matrix.of(a, k, 1), turned, adds, cold, n);
        for (int i = 0; i < m * n; i++) assertEquals(at(cold, i), at(warm, i), "element " + i);
      }
    }
    workers.close();
  }

  private record Sample(Shape query, Shape key, boolean causal, double dropout) {}

  private static Results results(Sample sample, int threads) {
    return Results.of(threads, KernelCompiler.Mode.NEVER, random -> {
      var q = Results.tensor(sample.query, random).requiresGrad();
      var k = Results.tensor(sample.key, random).requiresGrad();
      var v = Results.tensor(sample.key, random).requiresGrad();
      var options = AttentionOptions.defaults().dropout(sample.dropout);
      var made = new Tensor[1];
      Generator.with(new Generator(3),
          () -> made[0] = q.scaledDotProductAttention(k, v, sample.causal ? options.causal() : options));
      var y = made[0];
      y.backward(Results.tensor(y.shape(), random));
      return List.of(y, q.grad(), k.grad(), v.grad());
    });
  }

  @Test
  void theSameBitsOnAnyNumberOfThreads() {
    for (var sample : List.of(new Sample(Shape.of(12, 64, 16), Shape.of(12, 64, 16), true, 0),
        new Sample(Shape.of(2, 200, 8), Shape.of(2, 300, 8), false, 0.2))) {
      var expected = results(sample, 1);
      for (int threads = 2; threads <= 3; threads++) {
        results(sample, threads).assertSameAs(expected, sample + ", " + threads + " threads");
      }
    }
  }

  @Test
  void neededMemoryGrowsWithTheNumberOfPlaces() {
    var backend = new CpuBackend(CpuProvider.info(1), KernelCompiler.Mode.NEVER);
    var device = new Device(backend);
    Device.with(device, () -> {
      try (var _ = Scope.open()) {
        var x = Tensor.ones(1500, 4).requiresGrad();
        x.scaledDotProductAttention(x, x, AttentionOptions.defaults().causal()).sum().backward();
      }
    });
    // The weights alone would be 9 MB.
    assertTrue(device.memory().peakBytes() < 1_000_000, device.memory().peakBytes() + " bytes");
    backend.close();
  }
}
