package io.jacquard.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.expr.Program;
import io.jacquard.expr.Trace;
import io.jacquard.spi.Layout;
import io.jacquard.spi.Reduction;
import io.jacquard.spi.Reduction.Fold;
import io.jacquard.spi.View;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What holds for whole calls: the same bits on any number of threads, no garbage, no access out of bounds. */
class DriverTest {
  private static final long[] NONE = {};
  /** Bytes for two calls. In checked mode, looking up five views' ranges takes some 100 each. */
  private static final long MOST_GARBAGE = Memory.CHECKED ? 1000 : 100;
  private static final DType F = DType.FLOAT32;

  private static View random(CpuBackend cpu, long... sizes) {
    var shape = Shape.of(sizes);
    var random = new SplittableRandom(5);
    var values = new double[(int) shape.numel()];
    for (int i = 0; i < values.length; i++) values[i] = random.nextDouble(-2, 3);
    return Given.view(cpu, F, shape, values);
  }

  private static View zeros(CpuBackend cpu, DType type, long... sizes) {
    return Given.view(cpu, type, Shape.of(sizes), new double[(int) Shape.of(sizes).numel()]);
  }

  private static double[] everything(CpuBackend cpu) {
    var all = new ArrayList<double[]>();
    var x = random(cpu, 300, 517);
    var transposed = new View(x.buffer(), F, new Layout(Shape.of(517, 300), new long[]{1, 517}, 0));
    var gelu = Program.of(in -> in[0].gelu(), F);
    var y = zeros(cpu, F, 300, 517);
    cpu.map(gelu, NONE, new View[]{x}, new View[]{y});
    all.add(Given.values(cpu, y));
    var z = zeros(cpu, F, 517, 300);
    cpu.map(gelu, NONE, new View[]{transposed}, new View[]{z});
    all.add(Given.values(cpu, z));
    var square = Program.of(in -> in[0].square(), F);
    for (int[] axes : new int[][]{{0}, {1}, {0, 1}}) {
      for (var fold : new Fold[]{Fold.SUM, Fold.MAX, Fold.PRODUCT}) {
        var out = zeros(cpu, F, axes[0] == 0 ? 1 : 300, axes[axes.length - 1] == 1 ? 1 : 517);
        cpu.reduce(Reduction.of(fold), square, NONE, new View[]{x}, axes, new View[]{out});
        all.add(Given.values(cpu, out));
      }
    }
    var index = Given.view(cpu, DType.INT64, Shape.of(300),
        new SplittableRandom(2).doubles(300, 0, 9).map(Math::floor).toArray());
    var table = random(cpu, 9, 517);
    cpu.scatterAdd(index, x, table);
    all.add(Given.values(cpu, table));
    return all.stream().flatMapToDouble(java.util.Arrays::stream).toArray();
  }

  @Test
  void threadsDoNotChangeABit() {
    var results = new ArrayList<double[]>();
    for (int threads = 1; threads <= 3; threads++) {
      for (var mode : new KernelCompiler.Mode[]{KernelCompiler.Mode.NEVER, KernelCompiler.Mode.AT_ONCE}) {
        try (var cpu = new CpuBackend(CpuProvider.info(threads), mode)) {
          results.add(everything(cpu));
        }
      }
    }
    for (var result : results) assertArrayEquals(results.getFirst(), result);
  }

  @Test
  void sumsAreAccurate() {
    try (var cpu = new CpuBackend(CpuProvider.info(2), KernelCompiler.Mode.NEVER)) {
      var x = random(cpu, 1_000_003);
      double exact = java.util.Arrays.stream(Given.values(cpu, x)).sum();
      var out = zeros(cpu, F, 1);
      cpu.reduce(Reduction.of(Fold.SUM), Program.of(in -> in[0], F), NONE, new View[]{x}, new int[]{0},
          new View[]{out});
      assertEquals(exact, Given.values(cpu, out)[0], 2 * Math.ulp((float) exact));
    }
  }

  @Test
  void aCallLikeOneBeforeLeavesNoGarbage() {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (var cpu = new CpuBackend(CpuProvider.info(1), KernelCompiler.Mode.WHEN_READY)) {
      var x = random(cpu, 32, 128);
      var y = zeros(cpu, F, 32, 128);
      var sums = zeros(cpu, F, 1, 128);
      var in = new View[]{x, x};
      var out = new View[]{y};
      var sumIn = new View[]{y};
      var sumOut = new View[]{sums};
      var axes = new int[]{0};
      var how = Reduction.of(Fold.SUM);
      var add = Program.of(v -> v[0].add(v[1]), F, F);
      var copy = Program.of(v -> v[0], F);
      long least = Long.MAX_VALUE;
      long start = System.nanoTime();
      // a busy machine compiles late
      while (least > MOST_GARBAGE && System.nanoTime() - start < 60_000_000_000L) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 1000; i++) {
          cpu.map(add, NONE, in, out);
          cpu.reduce(how, copy, NONE, sumIn, axes, sumOut);
        }
        least = Math.min(least, (threads.getCurrentThreadAllocatedBytes() - before) / 1000);
      }
      assertTrue(least <= MOST_GARBAGE, least + " bytes for a map and a reduce");
    }
  }

  @Test
  void anAccessOutsideABufferIsAnErrorThatNamesTheOperation() {
    try (var cpu = new CpuBackend(CpuProvider.info(1), KernelCompiler.Mode.NEVER)) {
      var x = random(cpu, 4, 5);
      var beyond = new View(x.buffer(), F, new Layout(Shape.of(4, 5), new long[]{5, 1}, 1));
      var out = zeros(cpu, F, 4, 5);
      var thrown = assertThrows(IllegalStateException.class,
          () -> cpu.map(Program.of(in -> in[0], F), NONE, new View[]{beyond}, new View[]{out}));
      assertTrue(thrown.getMessage().startsWith("map input"), thrown.getMessage());
    }
  }

  @Test
  void randomNumbersInVectorsAreThoseOfPhilox() {
    var scratch = Scratch.mine();
    long to = Memory.allocate(4096);
    for (int pass = 0; pass < 2; pass++) {
      for (long index : new long[]{0, 1, 5, 1021, (1L << 34) - 3}) {
        for (int n : new int[]{1, 3, 64, 999}) {
          Random.fill(-7, 1L << 40, index, n, scratch, to);
          for (int k = 0; k < n; k++) {
            assertEquals(io.jacquard.expr.Philox.uniform(-7, 1L << 40, index + k),
                Memory.getFloat(to + 4L * k),
                "element " + k + " from " + index);
          }
        }
      }
      Random.useVectors();
    }
    Memory.free(to);
  }

  @Test
  void uniformsDoNotDependOnTheCutting() {
    var trace = new Trace(List.of(DType.INT64));
    var program = trace.program(trace.uniform(0, 0, 1));
    try (var cpu = new CpuBackend(CpuProvider.info(3), KernelCompiler.Mode.NEVER)) {
      var draw = Given.view(cpu, DType.INT64, Shape.of(1), 9);
      var draws = new View(draw.buffer(), DType.INT64, new Layout(Shape.of(200, 301), new long[]{0, 0}, 0));
      var out = zeros(cpu, F, 200, 301);
      cpu.map(program, new long[]{42, 5}, new View[]{draws}, new View[]{out});
      var values = Given.values(cpu, out);
      for (int i = 0; i < values.length; i++)
        assertEquals(io.jacquard.expr.Philox.uniform(42, 14, i), values[i]);
    }
  }
}
