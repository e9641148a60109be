package io.jacquard.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The products that serve before the kernels are compiled have the kernels' very bits. */
class ArrayMatmulTest {
  private final Workers workers = Workers.of(2);

  @AfterEach
  void close() {
    workers.close();
  }

  record Case(int m, int n, int k, boolean turnA, boolean turnB, boolean turnC, float alpha, float beta,
      int bias) {}

  static Stream<Case> cases() {
    var random = RandomGenerator.of("L64X128MixRandom");
    var sizes = new int[]{0, 1, 2, 7, 8, 17, 48, 67, 130};
    var depths = new int[]{0, 1, 5, 64, 1023, 1537, 2100};
    return Stream
        .generate(() -> new Case(sizes[random.nextInt(sizes.length)], sizes[random.nextInt(sizes.length)],
            depths[random.nextInt(depths.length)], random.nextBoolean(), random.nextBoolean(),
            random.nextInt(4) == 0,
            random.nextBoolean() ? 1f : 0.3f, new float[]{0f, 1f, -0.7f}[random.nextInt(3)],
            random.nextInt(3)))
        .limit(120);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void hasTheBitsOfTheKernels(Case t) {
    long a = random(t.m * t.k, 1);
    long b = random(t.k * t.n, 2);
    long bias = random(t.n, 3);
    long cold = random(t.m * t.n, 4);
    long warm = random(t.m * t.n, 4);
    try {
      var ma = matrix(a, t.m, t.k, t.turnA);
      var mb = matrix(b, t.k, t.n, t.turnB);
      var epilogue = t.bias == 0 ? Epilogue.NONE
          : t.bias == 1 ? Epilogue.bias(bias, 1) : Epilogue.biasRelu(bias, 1);
      new ArrayMatmul(workers).run(1, t.m, t.n, t.k, t.alpha, ma, mb, t.beta, matrix(cold, t.m, t.n, t.turnC),
          epilogue);
      new Matmul(workers).run(1, t.m, t.n, t.k, t.alpha, ma, mb, t.beta, matrix(warm, t.m, t.n, t.turnC),
          epilogue);
      for (long i = 0; i < (long) t.m * t.n; i++) {
        assertEquals(Memory.getInt(warm + 4 * i), Memory.getInt(cold + 4 * i), "element " + i);
      }
    } finally {
      for (long block : new long[]{a, b, bias, cold, warm}) Memory.free(block);
    }
  }

  private static Matrix matrix(long address, int rows, int columns, boolean turned) {
    return turned ? Matrix.of(address, 1, rows) : Matrix.of(address, columns, 1);
  }

  private static long random(int count, long seed) {
    var random = new Random(seed);
    long address = Memory.allocate(4L * Math.max(1, count));
    for (int i = 0; i < count; i++) Memory.setFloat(address + 4L * i, (float) random.nextGaussian());
    return address;
  }
}
