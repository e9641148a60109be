package io.jacquard.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Float32 products against {@link MatmulReference}, and against themselves on other numbers of threads. */
class MatmulTest {
  private static final Workers ONE = Workers.of(1);
  private static final Workers TWO = Workers.of(2);
  private static final Workers THREE = Workers.of(3);

  @AfterAll
  static void closeWorkers() {
    ONE.close();
    TWO.close();
    THREE.close();
  }

  /** How a matrix lies in memory. */
  enum Order {
    ROWS, COLUMNS, PADDED_ROWS, PADDED_COLUMNS, SPREAD, BACKWARDS
  }

  static Stream<MatmulCase> randomCases() {
    var random = new Random(20250101);
    var orders = Order.values();
    var cases = new ArrayList<MatmulCase>();
    for (int i = 0; i < 400; i++) {
      var it = MatmulCase.of(1 + random.nextInt(70), 1 + random.nextInt(70), 1 + random.nextInt(70));
      cases.add(it.orders(orders[random.nextInt(orders.length)], orders[random.nextInt(orders.length)],
          orders[random.nextInt(orders.length)]).seed(i));
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("randomCases")
  void oddShapesInEveryOrder(MatmulCase it) {
    it.verify(ONE);
  }

  static Stream<MatmulCase> orders() {
    return Stream.of(Order.values())
        .flatMap(a -> Stream.of(Order.values()).flatMap(b -> Stream.of(Order.values())
            .map(c -> MatmulCase.of(67, 101, 53).orders(a, b, c))));
  }

  @ParameterizedTest
  @MethodSource("orders")
  void everyCombinationOfOrders(MatmulCase it) {
    it.verify(TWO);
  }

  static Stream<MatmulCase> edges() {
    var sizes = List.of(0, 1, 2, 7, 8, 9, 15, 16, 17, 47, 48, 49);
    return sizes.stream().flatMap(m -> sizes.stream().flatMap(n -> Stream.of(0, 1, 16, 33)
        .map(k -> MatmulCase.of(m, n, k))));
  }

  @ParameterizedTest
  @MethodSource("edges")
  void sizesAroundTilesAndVectors(MatmulCase it) {
    it.verify(ONE);
  }

  static Stream<MatmulCase> large() {
    return Stream.of(MatmulCase.of(700, 130, 70), MatmulCase.of(130, 700, 700), MatmulCase.of(20, 30, 4100),
        MatmulCase.of(9, 3200, 40), MatmulCase.of(200, 100, 2000), MatmulCase.of(1, 300, 500),
        MatmulCase.of(300, 1, 500), MatmulCase.of(3, 200, 900), MatmulCase.of(1, 1, 5000))
        .flatMap(it -> Stream.of(it, it.orders(Order.COLUMNS, Order.ROWS, Order.ROWS),
            it.orders(Order.ROWS, Order.COLUMNS, Order.ROWS),
            it.orders(Order.ROWS, Order.ROWS, Order.COLUMNS),
            it.orders(Order.SPREAD, Order.SPREAD, Order.SPREAD)));
  }

  @ParameterizedTest
  @MethodSource("large")
  void severalSlabsAndBlocks(MatmulCase it) {
    it.verify(TWO);
  }

  static Stream<MatmulCase> scaled() {
    return Stream.of(MatmulCase.of(33, 50, 29), MatmulCase.of(64, 96, 64), MatmulCase.of(20, 60, 3000),
        MatmulCase.of(5, 5, 0)).flatMap(
            it -> Stream.of(it, it.orders(Order.ROWS, Order.ROWS, Order.COLUMNS),
                it.orders(Order.ROWS, Order.ROWS, Order.SPREAD)))
        .flatMap(it -> Stream.of(it.scale(1f, 1f), it.scale(1f, 0.5f), it.scale(-2f, 0f), it.scale(0.25f, 1f),
            it.scale(3f, -1f), it.scale(0f, 2f)));
  }

  @ParameterizedTest
  @MethodSource("scaled")
  void alphaAndBeta(MatmulCase it) {
    it.verify(TWO);
    it.biasStride(1).verify(TWO);
  }

  static Stream<MatmulCase> epilogues() {
    return Stream.of(MatmulCase.of(32, 128, 784), MatmulCase.of(32, 10, 128), MatmulCase.of(13, 61, 37),
        MatmulCase.of(1, 100, 64), MatmulCase.of(100, 1, 64), MatmulCase.of(40, 50, 3000),
        MatmulCase.of(4, 6, 0))
        .flatMap(it -> Stream.of(it, it.orders(Order.ROWS, Order.COLUMNS, Order.COLUMNS),
            it.orders(Order.ROWS, Order.ROWS, Order.SPREAD)))
        .flatMap(it -> Stream.of(it.biasStride(1), it.biasStride(1).withRelu(), it.biasStride(0).withRelu(),
            it.biasStride(3), it.withTile(), it.withTile().biasStride(1).withRelu()));
  }

  @ParameterizedTest
  @MethodSource("epilogues")
  void epilogues(MatmulCase it) {
    it.verify(ONE);
    it.verify(TWO);
  }

  static Stream<MatmulCase> batched() {
    return Stream.of(MatmulCase.of(5, 7, 9), MatmulCase.of(33, 40, 21), MatmulCase.of(260, 250, 260))
        .flatMap(it -> Stream.of(it.batches(2), it.batches(37), it.batches(5).withTile(),
            it.batches(6).orders(Order.ROWS, Order.ROWS, Order.COLUMNS).biasStride(1),
            it.batches(3).orders(Order.SPREAD, Order.COLUMNS, Order.PADDED_ROWS).scale(2f, 1f)))
        .filter(it -> it.work() < 3e8);
  }

  @ParameterizedTest
  @MethodSource("batched")
  void batches(MatmulCase it) {
    it.verify(TWO);
  }

  static Stream<MatmulCase> parallel() {
    return Stream.of(MatmulCase.of(32, 128, 784),
        MatmulCase.of(784, 128, 32).orders(Order.COLUMNS, Order.ROWS,
            Order.ROWS),
        MatmulCase.of(301, 203, 1700).biasStride(1).withRelu(), MatmulCase.of(100, 90, 80).batches(20),
        MatmulCase.of(200, 190, 180).orders(Order.ROWS, Order.COLUMNS, Order.COLUMNS).scale(0.3f, 1f),
        MatmulCase.of(300, 300, 300).batches(2));
  }

  @ParameterizedTest
  @MethodSource("parallel")
  void sameBitsOnAnyNumberOfThreads(MatmulCase it) {
    int[] expected = it.bits(ONE);
    for (int i = 0; i < 5; i++) {
      assertArrayEquals(expected, it.bits(TWO));
      assertArrayEquals(expected, it.bits(THREE));
    }
  }

  @ParameterizedTest
  @EnumSource(Order.class)
  void onlyTheRowsAndColumnsOfSpecialValuesAreTouchedByThem(Order order) {
    var it = MatmulCase.of(19, 35, 23).orders(order, order, order);
    try (var data = it.fill()) {
      data.setA(3, 5, Float.NaN);
      data.setB(7, 11, Float.POSITIVE_INFINITY);
      data.multiply(TWO);
      for (int i = 0; i < 19; i++) {
        for (int j = 0; j < 35; j++) {
          float value = data.getC(i, j);
          assertEquals(i == 3, Float.isNaN(value), "NaN at " + i + ", " + j);
          assertEquals(i != 3 && j == 11, Float.isInfinite(value), "infinite at " + i + ", " + j);
        }
      }
    }
  }

  @Test
  void reluKeepsNanAndClearsNegativeZero() {
    var it = MatmulCase.of(8, 49, 4).biasStride(1).withRelu();
    try (var data = it.fill()) {
      for (int k = 0; k < 4; k++) {
        data.setA(2, k, Float.NaN);
        data.setA(3, k, -0f);
        data.setA(4, k, Float.NEGATIVE_INFINITY);
        for (int j = 0; j < 49; j++) {
          data.setB(k, j, 1f);
        }
      }
      for (int j = 0; j < 49; j++) {
        data.setBias(j, -0f);
      }
      data.multiply(ONE);
      for (int j = 0; j < 49; j++) {
        assertTrue(Float.isNaN(data.getC(2, j)));
        assertEquals(0, Float.floatToRawIntBits(data.getC(3, j)));
        assertEquals(0, Float.floatToRawIntBits(data.getC(4, j)));
      }
    }
  }

  @Test
  void longSumsLoseLittle() {
    // Within 1024 terms a plain float chain; pieces are added, so the error grows far slower than k.
    MatmulCase.of(8, 48, 200_000).verify(TWO, 2e-6);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void allocatesNothing(int threads) {
    var workers = threads == 1 ? ONE : TWO;
    var matmul = new Matmul(workers);
    var cases = List.of(MatmulCase.of(32, 10, 128).biasStride(1).withRelu(), MatmulCase.of(70, 50, 40)
        .orders(Order.COLUMNS, Order.COLUMNS, Order.COLUMNS),
        MatmulCase.of(20, 30, 40).batches(4).scale(2f, 1f));
    var threadsBean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (var it : cases) {
      try (var data = it.fill()) {
        // Until C2 has a kernel, every vector in it is an object.
        long least = Long.MAX_VALUE;
        for (long start = System.nanoTime(); least > 0 && System.nanoTime() - start < 20_000_000_000L;) {
          long before = threadsBean.getCurrentThreadAllocatedBytes();
          for (int i = 0; i < 200; i++) {
            data.multiply(matmul);
          }
          least = Math.min(least, threadsBean.getCurrentThreadAllocatedBytes() - before);
        }
        assertEquals(0, least, "bytes allocated by 200 products " + it);
      }
    }
  }

  @Test
  void checkedModeNamesTheOperandThatLiesOutside() {
    long block = Memory.allocate(4 * 100);
    try {
      var inside = Matrix.of(block, 10, 1);
      var outside = Matrix.of(block, 11, 1);
      var error = assertThrows(IllegalStateException.class,
          () -> new Matmul(ONE).run(1, 10, 10, 10, 1f, inside,
              outside, 0f, inside, Epilogue.NONE));
      assertTrue(error.getMessage().startsWith("matmul B"), error.getMessage());
    } finally {
      Memory.free(block);
    }
  }

  @Test
  void prewarmedKernelsGiveTheSameBits() {
    var it = MatmulCase.of(64, 96, 64).biasStride(1).withRelu();
    int[] before = it.bits(TWO);
    // Whether C2 really compiles them is for the floors in benchmarks to see, in a JVM that did nothing else
    // before.
    Matmul.prewarm();
    assertArrayEquals(before, it.bits(TWO));
  }

  /** As a single sample has. */
  @Test
  void lowTilesAreWarmedOnTheirOwn() {
    var it = MatmulCase.of(3, 96, 64).biasStride(1).withRelu();
    int[] before = it.bits(TWO);
    boolean[] used = {false};
    try (var ground = new Ground()) {
      var warmup = new MatmulWarmup(Epilogue.Kind.BIAS_RELU, 3, ground, () -> used[0] = true);
      int tasks = warmup.left();
      assertEquals(MicroKernels.vectors(3) + 2, tasks, "a tile of each width, and two products");
      while (!warmup.turn()) ground.clear();
    }
    assertTrue(used[0]);
    assertArrayEquals(before, it.bits(TWO));
  }
}
