package io.jacquard.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DivisorTest {
  @Test
  void dividesAsDivisionDoes() {
    var random = new SplittableRandom(1);
    var sizes = new int[]{1, 2, 3, 5, 7, 10, 63, 64, 65, 641, 1 << 16, (1 << 16) + 1, 1_000_003, 1 << 30,
        Integer.MAX_VALUE - 1, Integer.MAX_VALUE};
    for (int size : sizes) check(size, random);
    for (int i = 0; i < 2000; i++)
      check(random.nextInt(1, Integer.MAX_VALUE) >>> random.nextInt(31) | 1, random);
  }

  private static void check(int size, SplittableRandom random) {
    var divisor = Divisor.of(size);
    for (int n : new int[]{0, 1, size - 1, size, Integer.MAX_VALUE, Integer.MAX_VALUE - 1})
      assertEquals(n / size, divisor.divide(n), n + " / " + size);
    for (int i = 0; i < 100; i++) {
      int n = random.nextInt(Integer.MAX_VALUE) >>> random.nextInt(31);
      assertEquals(n / size, divisor.divide(n), n + " / " + size);
      int multiple = (int) Math.min(Integer.MAX_VALUE, (long) size * (n % 1000));
      assertEquals(multiple / size, divisor.divide(multiple), multiple + " / " + size);
    }
  }

  @Test
  void refusesWhatItCannot() {
    assertThrows(IllegalArgumentException.class, () -> Divisor.of(0));
    assertThrows(IllegalArgumentException.class, () -> Divisor.of(1L << 31));
  }
}
