package io.jacquard.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.expr.Program;
import io.jacquard.spi.Layout;
import io.jacquard.spi.Reduction;
import io.jacquard.spi.Reduction.Fold;
import io.jacquard.spi.View;
import java.util.ArrayList;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Maps and folds over rows of every length, lying in every way, against one element after the other. */
class ShortRowsTest {
  private static final long[] NONE = {};
  private static final DType F = DType.FLOAT32;
  private static final Program PROGRAM = Program.of(in -> in[0].mul(in[1]).add(in[2]).relu(), F, F, F);
  private static final Program SQUARE = Program.of(in -> in[0].sub(in[1]).square(), F, F);
  private static final Program SAME = Program.of(in -> in[0], F);

  private final SplittableRandom random = new SplittableRandom(11);

  /** Numbers of a shape with given strides, in elements, from a place that is not aligned. */
  private View view(CpuBackend cpu, Shape shape, long... strides) {
    var layout = new Layout(shape, strides, 3);
    int room = (int) layout.end();
    var values = new double[room];
    for (int i = 0; i < room; i++) values[i] = (float) random.nextDouble(-1, 2);
    var all = Given.view(cpu, F, Shape.of(room), values);
    return new View(all.buffer(), F, layout);
  }

  private static float at(View view, long flat) {
    return Memory.getFloat(place(view, flat));
  }

  private static long place(View view, long flat) {
    long at = Views.address(view, "test view");
    for (int d = view.shape().rank() - 1; d >= 0; d--) {
      at += flat % view.shape().size(d) * view.layout().stride(d) * Float.BYTES;
      flat /= view.shape().size(d);
    }
    return at;
  }

  private static void map(CpuBackend cpu, View x, View w, View b, View y) {
    cpu.map(PROGRAM, NONE, new View[]{x, w, b}, new View[]{y});
    for (long i = 0; i < y.numel(); i++) {
      float expected = Math.fma(at(x, i), at(w, i), at(b, i));
      assertEquals(expected > 0 ? expected : 0f, at(y, i),
          "element " + i + " of " + y.layout() + " from " + x.layout());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 10, 16, 24, 32, 63, 64, 100, 512, 513, 600})
  void mapsOverRows(int n) {
    for (int threads = 1; threads <= 2; threads++) {
      try (var cpu = new CpuBackend(CpuProvider.info(threads), KernelCompiler.Mode.AT_ONCE)) {
        var shape = Shape.of(3, 5, n);
        var plain = view(cpu, shape, 5L * n, n, 1);
        var channels = view(cpu, shape, 0, 0, 1);
        var rows = view(cpu, shape, 5, 1, 0);
        var images = view(cpu, shape, 1, 0, 0);
        var apart = view(cpu, shape, 7L * n + 70, n + 13, 1);
        var inner = view(cpu, shape, n, 0, 1);
        var everySecond = view(cpu, shape, 10L * n, 2L * n, 2);
        var out = view(cpu, shape, 5L * n, n, 1);
        map(cpu, plain, channels, rows, out);
        map(cpu, apart, images, channels, out);
        map(cpu, plain, inner, inner, view(cpu, shape, 6L * n, n, 1));
        map(cpu, everySecond, channels, plain, out);
        map(cpu, everySecond, rows, channels, view(cpu, shape, 5L * n, 1, 5));
        map(cpu, plain, plain, channels, view(cpu, shape, 15L * n, 3L * n, 3));
      }
    }
  }

  @Test
  void rowsAreCutAnywhere() {
    // large enough to be shared out, so that a thread begins in the middle of a row
    var all = new ArrayList<double[]>();
    for (int threads = 1; threads <= 3; threads++) {
      try (var cpu = new CpuBackend(CpuProvider.info(threads), KernelCompiler.Mode.NEVER)) {
        var shape = Shape.of(700, 100);
        var values = new SplittableRandom(4).doubles(shape.numel(), -1, 2).toArray();
        var x = Given.view(cpu, F, shape, values);
        var b = new View(x.buffer(), F, new Layout(shape, new long[]{0, 1}, 5));
        var w = new View(x.buffer(), F, new Layout(shape, new long[]{1, 0}, 9));
        var y = Given.view(cpu, F, shape, new double[values.length]);
        map(cpu, x, w, b, y);
        map(cpu, x, b, b, y);
        all.add(Given.values(cpu, y));
      }
    }
    for (var one : all) assertArrayEquals(all.getFirst(), one);
  }

  @ParameterizedTest
  @CsvSource({"0", "1"})
  void tilesOfTransposedOperandsPassThroughRegisters(int turned) {
    Transposer.useVectors();
    try (var cpu = new CpuBackend(CpuProvider.info(2), KernelCompiler.Mode.AT_ONCE)) {
      for (int n : new int[]{64, 128, 131}) {
        for (int m : new int[]{5, 16, 37}) {
          var shape = Shape.of(m, n);
          var across = view(cpu, shape, 1, m + 2L);
          var along = view(cpu, shape, n, 1);
          if (turned == 0) map(cpu, across, along, along, view(cpu, shape, n, 1));
          else map(cpu, along, across, along, view(cpu, shape, 1, m));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 10, 16, 24, 64, 100, 256, 257, 1030})
  void foldsOverRows(int n) {
    for (int threads = 1; threads <= 2; threads++) {
      try (var cpu = new CpuBackend(CpuProvider.info(threads), KernelCompiler.Mode.AT_ONCE)) {
        for (int m : new int[]{1, 2, 67}) {
          var shape = Shape.of(m, 3, n);
          var plain = view(cpu, shape, 3L * n, n, 1);
          var rows = view(cpu, shape, 3, 1, 0);
          var apart = view(cpu, shape, 3L * n + 9, n + 3, 1);
          var everySecond = view(cpu, shape, 6L * n, 2L * n, 2);
          var channels = view(cpu, shape, 0, 0, 1);
          for (int[] axes : new int[][]{{2}, {1, 2}, {0, 2}, {0, 1}, {0}}) {
            for (var fold : new Fold[]{Fold.SUM, Fold.MAX, Fold.MIN}) {
              fold(cpu, fold, SAME, axes, plain);
              fold(cpu, fold, SAME, axes, apart);
              fold(cpu, fold, SQUARE, axes, plain, rows);
              fold(cpu, fold, SQUARE, axes, everySecond, channels);
            }
          }
        }
      }
    }
  }

  private static void fold(CpuBackend cpu, Fold fold, Program program, int[] axes, View... in) {
    var shape = in[0].shape();
    var kept = shape;
    for (int axis : axes) kept = kept.with(axis, 1);
    var out = Given.view(cpu, F, kept, new double[(int) kept.numel()]);
    cpu.reduce(Reduction.of(fold), program, NONE, in, axes, new View[]{out});
    var strides = Layout.contiguous(kept).strides().clone();
    for (int axis : axes) strides[axis] = 0;
    var place = new View(out.buffer(), F, new Layout(shape, strides, 0));
    var expected = new double[(int) kept.numel()];
    java.util.Arrays.fill(expected,
        fold == Fold.SUM ? 0 : fold == Fold.MAX ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
    long first = Views.address(out, "test result");
    for (long i = 0; i < shape.numel(); i++) {
      float d = in.length == 1 ? at(in[0], i) : at(in[0], i) - at(in[1], i);
      double x = in.length == 1 ? d : d * d;
      int k = (int) ((place(place, i) - first) / Float.BYTES);
      expected[k] = fold == Fold.SUM ? expected[k] + x
          : fold == Fold.MAX ? Math.max(expected[k], x) : Math.min(expected[k], x);
    }
    var actual = Given.values(cpu, out);
    for (int k = 0; k < expected.length; k++)
      assertEquals(expected[k], actual[k], fold == Fold.SUM ? 1e-5 * (1 + Math.abs(expected[k])) : 0,
          fold + " number " + k + " of " + in[0].layout() + " along " + java.util.Arrays.toString(axes));
  }
}
