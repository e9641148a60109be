package io.jacquard.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LongSumsTest {
  private static long random(int count, int seed) {
    var random = new Random(seed);
    long to = Memory.allocate(4L * count);
    for (int i = 0; i < count; i++) Memory.setFloat(to + 4L * i, random.nextFloat() * 2 - 1);
    return to;
  }

  @ParameterizedTest
  @CsvSource({"1,128,9216,1,false", "1,130,8192,2,true", "5,2000,2048,2,false", "8,60,17408,3,true"})
  void theBitsAreThoseOfPiecesThatFollowOneAnother(int m, int n, int k, int threads, boolean relu) {
    long a = random(m * k, 1);
    long b = random(k * n, 2);
    long bias = random(n, 3);
    long c = random(m * n, 4);
    long expected = random(m * n, 5);
    var epilogue = relu ? Epilogue.biasRelu(bias, 1) : Epilogue.NONE;
    boolean suits = (long) m * n <= 2048;
    assertEquals(suits, LongSums.suits(m, n, k, 1f, 0f, epilogue));
    try (var workers = Workers.of(threads)) {
      var task = MatmulTask.ofThread();
      task.prepare(1, m, n, k, 1f, Matrix.of(a, k, 1), Matrix.of(b, 1, k), 0f, Matrix.of(expected, n, 1),
          epilogue, false);
      task.run(workers);
      new Matmul(workers).run(1, m, n, k, 1f, Matrix.of(a, k, 1), Matrix.of(b, 1, k), 0f, Matrix.of(c, n, 1),
          epilogue);
      for (int i = 0; i < m * n; i++)
        assertEquals(Memory.getFloat(expected + 4L * i), Memory.getFloat(c + 4L * i), 0f, "element " + i);
    } finally {
      for (long block : new long[]{a, b, bias, c, expected}) Memory.free(block);
    }
  }

  @ParameterizedTest
  @CsvSource({"9,64,20480", "1,128,1024", "1,8,9216", "1,128,9217"})
  void othersAreLeftToTheUsualWay(int m, int n, int k) {
    assertFalse(LongSums.suits(m, n, k, 1f, 0f, Epilogue.NONE));
    assertTrue(LongSums.suits(1, 128, 9216, 1f, 0f, Epilogue.NONE));
    assertFalse(LongSums.suits(1, 128, 9216, 1f, 1f, Epilogue.NONE));
    assertFalse(LongSums.suits(1, 128, 9216, 1f, 0f, Epilogue.of((x, i, j, rows, columns) -> {})));
  }
}
