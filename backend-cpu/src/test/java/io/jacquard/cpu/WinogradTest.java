package io.jacquard.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.Shape;
import io.jacquard.ops.Window;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WinogradTest {
  private static final int C = 32;
  private static final int O = 48;

  private static Window window(int padding) {
    var axis = new Window.Axis(3, 1, padding, padding, 1);
    return new Window(List.of(axis, axis));
  }

  private static float[] random(int count, int seed) {
    var random = new Random(seed);
    var values = new float[count];
    for (int i = 0; i < count; i++) values[i] = random.nextFloat() * 2 - 1;
    return values;
  }

  private static long copied(float[] values) {
    long to = Memory.allocate(4L * values.length);
    for (int i = 0; i < values.length; i++) Memory.setFloat(to + 4L * i, values[i]);
    return to;
  }

  private static float[] computed(int threads, KernelCompiler.Mode mode, WinogradPlan plan, float[] x,
      float[] w,
      float[] bias) {
    var kernels = new Kernels(mode);
    var workers = Workers.of(threads);
    var winograd = new Winograd(workers, new Products(workers, new Maps(workers, kernels), kernels.compiler),
        kernels.compiler);
    int count = plan.images() * plan.outHeight() * plan.outWidth() * plan.outputs();
    var y = new float[count];
    long to = Memory.allocate(4L * count);
    long u = Memory.allocate(plan.weightBytes());
    long px = copied(x);
    long pw = copied(w);
    long pb = copied(bias);
    try {
      winograd.weights(plan, pw, u);
      winograd.run(plan, px, u, pb, to);
      for (int i = 0; i < count; i++) y[i] = Memory.getFloat(to + 4L * i);
      return y;
    } finally {
      for (long block : new long[]{to, u, px, pw, pb}) Memory.free(block);
      kernels.close();
    }
  }

  /** The definition, in float64. */
  private static double[] expected(WinogradPlan p, float[] x, float[] w, float[] bias) {
    var y = new double[p.images() * p.outHeight() * p.outWidth() * p.outputs()];
    int at = 0;
    for (int n = 0; n < p.images(); n++) {
      for (int i = 0; i < p.outHeight(); i++) {
        for (int j = 0; j < p.outWidth(); j++) {
          for (int o = 0; o < p.outputs(); o++) {
            double sum = bias[o];
            for (int t = 0; t < 9; t++) {
              int row = i + t / 3 - p.top();
              int column = j + t % 3 - p.left();
              if (row < 0 || row >= p.height() || column < 0 || column >= p.width()) continue;
              for (int c = 0; c < p.channels(); c++) {
                sum += (double) x[((n * p.height() + row) * p.width() + column) * p.channels() + c]
                    * w[(t * p.channels() + c) * p.outputs() + o];
              }
            }
            y[at++] = sum;
          }
        }
      }
    }
    return y;
  }

  @Test
  void computesConvolutionsOfAllPaddingsAndEdges() {
    int[][] sizes = {{12, 12, 0}, {11, 9, 1}, {7, 14, 2}, {4, 4, 1}};
    for (var size : sizes) {
      var axis = window(size[2]).axes().getFirst();
      int height = (int) axis.outputs(size[0]);
      int width = (int) axis.outputs(size[1]);
      var plan = new WinogradPlan(3, size[0], size[1], C, height, width, O, size[2], size[2]);
      var x = random(3 * size[0] * size[1] * C, 1);
      var w = random(9 * C * O, 2);
      var bias = random(O, 3);
      var y = computed(1, KernelCompiler.Mode.AT_ONCE, plan, x, w, bias);
      var right = expected(plan, x, w, bias);
      for (int i = 0; i < y.length; i++)
        assertEquals(right[i], y[i], 2e-4, plan + ", element " + i);
    }
  }

  @Test
  void theSameBitsOnAnyNumberOfThreadsAndBeforeItIsCompiled() {
    var plan = new WinogradPlan(5, 13, 10, C, 13, 10, O, 1, 1);
    var x = random(5 * 13 * 10 * C, 1);
    var w = random(9 * C * O, 2);
    var bias = random(O, 3);
    var cold = computed(1, KernelCompiler.Mode.NEVER, plan, x, w, bias);
    for (int threads : new int[]{1, 2, 5}) {
      var y = computed(threads, KernelCompiler.Mode.AT_ONCE, plan, x, w, bias);
      for (int i = 0; i < y.length; i++)
        assertEquals(Float.floatToRawIntBits(cold[i]), Float.floatToRawIntBits(y[i]), "element " + i);
    }
  }

  private static float[] gradient(int threads, KernelCompiler.Mode mode, WinogradPlan plan, float[] x,
      float[] g) {
    var kernels = new Kernels(mode);
    var workers = Workers.of(threads);
    var winograd = new WinogradGradient(workers,
        new Products(workers, new Maps(workers, kernels), kernels.compiler), kernels.compiler);
    var w = new float[9 * plan.channels() * plan.outputs()];
    long to = Memory.allocate(4L * w.length);
    long work = Memory.allocate(WinogradGradient.workBytes(plan));
    long px = copied(x);
    long pg = copied(g);
    try {
      winograd.run(plan, px, pg, work, to);
      for (int i = 0; i < w.length; i++) w[i] = Memory.getFloat(to + 4L * i);
      return w;
    } finally {
      for (long block : new long[]{to, work, px, pg}) Memory.free(block);
      kernels.close();
    }
  }

  /** The definition, in float64. */
  private static double[] expectedGradient(WinogradPlan p, float[] x, float[] g) {
    var w = new double[9 * p.channels() * p.outputs()];
    for (int at = 0; at < p.images() * p.outHeight() * p.outWidth(); at++) {
      int i = at / p.outWidth() % p.outHeight() - p.top();
      int j = at % p.outWidth() - p.left();
      int image = at / (p.outHeight() * p.outWidth());
      for (int t = 0; t < 9; t++) {
        int row = i + t / 3;
        int column = j + t % 3;
        if (row < 0 || row >= p.height() || column < 0 || column >= p.width()) continue;
        int pixel = ((image * p.height() + row) * p.width() + column) * p.channels();
        for (int c = 0; c < p.channels(); c++) {
          for (int o = 0; o < p.outputs(); o++)
            w[(t * p.channels() + c) * p.outputs() + o] += (double) x[pixel + c] * g[at * p.outputs() + o];
        }
      }
    }
    return w;
  }

  @Test
  void computesGradientsOfWeightsOfAllPaddingsAndEdges() {
    int[][] sizes = {{3, 12, 12, 0}, {3, 11, 9, 1}, {2, 7, 14, 2}, {1, 4, 4, 1}, {28, 16, 16, 1}};
    for (var size : sizes) {
      var axis = window(size[3]).axes().getFirst();
      int height = (int) axis.outputs(size[1]);
      int width = (int) axis.outputs(size[2]);
      var plan = new WinogradPlan(size[0], size[1], size[2], C, height, width, O, size[3], size[3]);
      var x = random(size[0] * size[1] * size[2] * C, 1);
      var g = random(size[0] * height * width * O, 2);
      var w = gradient(1, KernelCompiler.Mode.AT_ONCE, plan, x, g);
      var right = expectedGradient(plan, x, g);
      double allowed = 1e-5 * Math.sqrt(size[0] * height * width);
      for (int i = 0; i < w.length; i++) assertEquals(right[i], w[i], allowed, plan + ", element " + i);
    }
  }

  @Test
  void gradientsOfWeightsAreTheSameBitsOnAnyNumberOfThreadsAndBeforeTheyAreCompiled() {
    var plan = new WinogradPlan(25, 15, 16, C, 15, 16, O, 1, 1);
    assertTrue(plan.tiles() > plan.gradientBlock(), "more than one block");
    var x = random(25 * 15 * 16 * C, 1);
    var g = random(25 * 15 * 16 * O, 2);
    var cold = gradient(1, KernelCompiler.Mode.NEVER, plan, x, g);
    for (int threads : new int[]{1, 2, 5}) {
      var w = gradient(threads, KernelCompiler.Mode.AT_ONCE, plan, x, g);
      for (int i = 0; i < w.length; i++)
        assertEquals(Float.floatToRawIntBits(cold[i]), Float.floatToRawIntBits(w[i]), "element " + i);
    }
  }

  @Test
  void isForWindowsOfThreeOverEnoughChannels() {
    var x = Shape.of(8, 26, 26, 32);
    var y = Shape.of(8, 24, 24, 64);
    assertNotNull(WinogradPlan.of(window(0), 1, x, y, true));
    var back = WinogradPlan.of(window(0), 1, y, x, false);
    assertEquals(2, back == null ? -1 : back.top());
    assertNull(WinogradPlan.of(window(0), 2, x, y, true));
    assertNull(WinogradPlan.of(window(0), 1, Shape.of(8, 26, 26, 3), y, true));
    // of two tiles across and down only 5 of 8 places are wanted
    assertNull(WinogradPlan.of(window(1), 1, Shape.of(8, 5, 5, 32), Shape.of(8, 5, 5, 64), true));
    var strided = new Window.Axis(3, 2, 1, 1, 1);
    assertNull(WinogradPlan.of(new Window(List.of(strided, strided)), 1, x, Shape.of(8, 13, 13, 64), true));
  }
}
