package io.jacquard.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.spi.Layout;
import io.jacquard.spi.View;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Products of views in cuBLAS's terms: which transposes, distances and batches; and that they compute the same. */
class GemmPlanTest {
  private static View view(DType type, long offset, long[] sizes, long... strides) {
    return new View(new CudaBuffer(0, 0), type, new Layout(Shape.of(sizes), strides, offset));
  }

  private static View rows(long rows, long columns) {
    return view(DType.FLOAT32, 0, new long[]{rows, columns}, columns, 1);
  }

  private static View columns(long rows, long columns) {
    return view(DType.FLOAT32, 0, new long[]{rows, columns}, 1, rows);
  }

  private static GemmCall call(View a, View b, View c) {
    var plan = GemmPlan.of(1, 0, a, b, c, MathPolicy.FLOAT32);
    assertNotNull(plan);
    assertEquals(1, plan.starts().size());
    return plan.call();
  }

  private static GemmCall expected(boolean ta, boolean tb, long m, long n, long k, long lda, long ldb,
      long ldc) {
    return new GemmCall(ta, tb, m, n, k, 1, lda, 0, ldb, 0, 0, ldc, 0, 1, 0, 0, 68);
  }

  @Test
  void everyOrderOfTwoMatricesAndTheirProduct() {
    // 3 x 5 times 5 x 7
    assertEquals(expected(false, false, 7, 3, 5, 7, 5, 7), call(rows(3, 5), rows(5, 7), rows(3, 7)));
    assertEquals(expected(false, true, 7, 3, 5, 7, 3, 7), call(columns(3, 5), rows(5, 7), rows(3, 7)));
    assertEquals(expected(true, false, 7, 3, 5, 5, 5, 7), call(rows(3, 5), columns(5, 7), rows(3, 7)));
    assertEquals(expected(true, true, 7, 3, 5, 5, 3, 7), call(columns(3, 5), columns(5, 7), rows(3, 7)));
    assertEquals(expected(true, true, 3, 7, 5, 5, 7, 3), call(rows(3, 5), rows(5, 7), columns(3, 7)));
    assertEquals(expected(false, false, 3, 7, 5, 3, 5, 3), call(columns(3, 5), columns(5, 7), columns(3, 7)));
  }

  @Test
  void partsOfLargerMatrices() {
    var a = view(DType.FLOAT32, 11, new long[]{3, 5}, 20, 1);
    var b = view(DType.FLOAT32, 2, new long[]{5, 7}, 1, 30);
    assertEquals(expected(true, false, 7, 3, 5, 30, 20, 9),
        call(a, b, view(DType.FLOAT32, 0, new long[]{3, 7}, 9, 1)));
  }

  @Test
  void batchesAtEqualDistances() {
    var a = view(DType.FLOAT32, 0, new long[]{4, 6, 3, 5}, 90, 15, 5, 1);
    var b = view(DType.FLOAT32, 0, new long[]{4, 6, 5, 7}, 0, 0, 7, 1); // one for all
    var c = view(DType.FLOAT32, 0, new long[]{4, 6, 3, 7}, 126, 21, 7, 1);
    assertEquals(new GemmCall(false, false, 7, 3, 5, 1, 7, 0, 5, 15, 0, 7, 21, 24, 0, 0, 68), call(a, b, c));
  }

  @Test
  void batchesWithoutOneDistanceAreCalledInTurn() {
    var a = view(DType.FLOAT32, 0, new long[]{2, 6, 3, 5}, 1000, 15, 5, 1);
    var b = view(DType.FLOAT32, 0, new long[]{2, 6, 5, 7}, 0, 35, 7, 1);
    var c = view(DType.FLOAT32, 0, new long[]{2, 6, 3, 7}, 126, 21, 7, 1);
    var plan = GemmPlan.of(1, 0, a, b, c, MathPolicy.FLOAT32);
    assertNotNull(plan);
    assertEquals(6, plan.call().batch());
    assertEquals(2, plan.starts().size());
    assertArrayEquals(new long[]{1000, 0, 126}, plan.starts().get(1));
    var many = new long[]{40, 6, 3, 5};
    assertNull(GemmPlan.of(1, 0, view(DType.FLOAT32, 0, many, 1000, 15, 5, 1),
        view(DType.FLOAT32, 0, new long[]{40, 6, 5, 7}, 0, 35, 7, 1),
        view(DType.FLOAT32, 0, new long[]{40, 6, 3, 7}, 126, 21, 7, 1), MathPolicy.FLOAT32),
        "too many calls");
  }

  @Test
  void leavesWhatCublasDoesNotKnow() {
    var fine = rows(4, 4);
    var spread = view(DType.FLOAT32, 0, new long[]{4, 4}, 8, 2);
    var stretched = view(DType.FLOAT32, 0, new long[]{4, 4}, 0, 1);
    var turned = view(DType.FLOAT32, 3, new long[]{4, 4}, 4, -1);
    for (var bad : new View[]{spread, stretched, turned}) {
      assertNull(GemmPlan.of(1, 0, bad, fine, fine, MathPolicy.FLOAT32));
      assertNull(GemmPlan.of(1, 0, fine, bad, fine, MathPolicy.FLOAT32));
    }
    assertNull(GemmPlan.of(1, 0, fine, fine, spread, MathPolicy.FLOAT32));
    var whole = view(DType.INT32, 0, new long[]{4, 4}, 4, 1);
    assertNull(GemmPlan.of(1, 0, whole, whole, whole, MathPolicy.FLOAT32));
    var half = view(DType.BFLOAT16, 0, new long[]{4, 4}, 4, 1);
    assertNull(GemmPlan.of(1, 0, half, fine, fine, MathPolicy.FLOAT32));
    assertNull(GemmPlan.of(1, 0, fine, fine, half, MathPolicy.FLOAT32));
  }

  @Test
  void typesAndPolicies() {
    record Case(DType type, DType out, MathPolicy policy, int inputs, int output, int compute) {}
    for (var x : new Case[]{new Case(DType.FLOAT32, DType.FLOAT32, MathPolicy.FLOAT32, 0, 0, 68),
        new Case(DType.FLOAT32, DType.FLOAT32, MathPolicy.TF32, 0, 0, 77),
        new Case(DType.FLOAT64, DType.FLOAT64, MathPolicy.TF32, 1, 1, 70),
        new Case(DType.FLOAT16, DType.FLOAT16, MathPolicy.TF32, 2, 2, 68),
        new Case(DType.BFLOAT16, DType.BFLOAT16, MathPolicy.FLOAT32, 14, 14, 68),
        new Case(DType.BFLOAT16, DType.FLOAT32, MathPolicy.FLOAT32, 14, 0, 68)}) {
      var in = view(x.type, 0, new long[]{2, 2}, 2, 1);
      var plan = GemmPlan.of(2, 3, in, in, view(x.out, 0, new long[]{2, 2}, 2, 1), x.policy);
      assertNotNull(plan, x.toString());
      assertEquals(x.inputs, plan.call().inputs(), x.toString());
      assertEquals(x.output, plan.call().output(), x.toString());
      assertEquals(x.compute, plan.call().compute(), x.toString());
      assertEquals(2, plan.call().alpha());
      assertEquals(3, plan.call().beta());
    }
    assertEquals(16, MathPolicy.FLOAT32.mode);
    assertEquals(19, MathPolicy.TF32.mode);
  }

  /** A random layout of matrices in a batch; sometimes one that cuBLAS does not know. */
  private static View random(Random random, boolean written, long... sizes) {
    int rank = sizes.length;
    var order = new Integer[rank];
    Arrays.setAll(order, i -> i);
    if (random.nextBoolean()) {
      order[rank - 2] = rank - 1;
      order[rank - 1] = rank - 2;
    }
    if (rank > 3 && random.nextInt(4) == 0) {
      order[0] = 1;
      order[1] = 0;
    }
    var strides = new long[rank];
    long step = random.nextInt(8) == 0 ? 2 : 1;
    for (int k = rank - 1; k >= 0; k--) {
      int d = order[k];
      strides[d] = step;
      step *= sizes[d];
      if (random.nextInt(3) == 0) step += random.nextInt(4);
      if (!written && d < rank - 2 && random.nextInt(5) == 0) strides[d] = 0;
    }
    return view(DType.FLOAT64, random.nextInt(5), sizes, strides);
  }

  private static int at(View view, long... index) {
    long at = view.layout().offset();
    for (int d = 0; d < index.length; d++) at += index[d] * view.layout().stride(d);
    return (int) at;
  }

  /** cuBLAS as its documentation describes it. */
  private static void carryOut(GemmCall g, double[] first, long a, double[] second, long b, double[] c,
      long at) {
    for (long p = 0; p < g.batch(); p++) {
      for (long j = 0; j < g.n(); j++) {
        for (long i = 0; i < g.m(); i++) {
          double sum = 0;
          for (long l = 0; l < g.k(); l++)
            sum += first[(int) (a + p * g.strideA() + (g.transposeA() ? l + i * g.lda() : i + l * g.lda()))]
                * second[(int) (b + p * g.strideB() + (g.transposeB() ? j + l * g.ldb() : l + j * g.ldb()))];
          int place = (int) (at + p * g.strideC() + i + j * g.ldc());
          c[place] = g.alpha() * sum + (g.beta() == 0 ? 0 : g.beta() * c[place]);
        }
      }
    }
  }

  private static double[] numbers(Random random, View view) {
    return random.doubles(view.layout().end() + 4, -1, 1).toArray();
  }

  @ParameterizedTest
  @EnumSource
  void computesWhatTheViewsSay(MathPolicy policy) {
    var random = new Random(7);
    int planned = 0;
    for (int round = 0; round < 600; round++) {
      long m = 1 + random.nextInt(4);
      long n = 1 + random.nextInt(4);
      long k = random.nextInt(5);
      int batches = random.nextInt(3);
      var outer = random.longs(batches, 1, 4).toArray();
      var a = random(random, false, sizes(outer, m, k));
      var b = random(random, false, sizes(outer, k, n));
      var c = random(random, true, sizes(outer, m, n));
      double beta = random.nextInt(2);
      var plan = GemmPlan.of(0.5, beta, a, b, c, policy);
      if (plan == null) continue;
      planned++;
      var left = numbers(random, a);
      var right = numbers(random, b);
      var result = numbers(random, c);
      var wanted = result.clone();
      naive(a, left, b, right, c, wanted, 0.5, beta);
      for (var start : plan.starts()) {
        long placeA = a.layout().offset() + start[0];
        long placeB = b.layout().offset() + start[1];
        if (plan.swapped())
          carryOut(plan.call(), right, placeB, left, placeA, result, c.layout().offset() + start[2]);
        else
          carryOut(plan.call(), left, placeA, right, placeB, result, c.layout().offset() + start[2]);
      }
      assertArrayEquals(wanted, result, 1e-12, "round " + round + ": " + a + b + c);
      long least = Math.max(1, plan.call().transposeA() ? plan.call().k() : plan.call().m());
      assertTrue(plan.call().lda() >= least, "cuBLAS refuses a smaller lda");
      least = Math.max(1, plan.call().transposeB() ? plan.call().n() : plan.call().k());
      assertTrue(plan.call().ldb() >= least, "cuBLAS refuses a smaller ldb");
      assertTrue(plan.call().ldc() >= plan.call().m(), "cuBLAS refuses a smaller ldc");
    }
    assertTrue(planned > 300, planned + " were planned");
    assertFalse(planned == 600, "some layouts must have been left out");
  }

  private static long[] sizes(long[] outer, long rows, long columns) {
    var sizes = Arrays.copyOf(outer, outer.length + 2);
    sizes[outer.length] = rows;
    sizes[outer.length + 1] = columns;
    return sizes;
  }

  private static void naive(View a, double[] left, View b, double[] right, View c, double[] result,
      double alpha,
      double beta) {
    var sizes = c.shape().sizes();
    int rank = sizes.length;
    for (long number = 0; number < c.numel(); number++) {
      var index = new long[rank];
      long rest = number;
      for (int d = rank - 1; d >= 0; d--) {
        index[d] = rest % sizes[d];
        rest /= sizes[d];
      }
      double sum = 0;
      for (long l = 0; l < a.shape().size(-1); l++) {
        var ia = index.clone();
        ia[rank - 1] = l;
        var ib = index.clone();
        ib[rank - 2] = l;
        sum += left[at(a, ia)] * right[at(b, ib)];
      }
      int place = at(c, index);
      result[place] = alpha * sum + (beta == 0 ? 0 : beta * result[place]);
    }
  }
}
