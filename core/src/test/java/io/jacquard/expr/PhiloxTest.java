package io.jacquard.expr;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhiloxTest {
  /** The known answers of Philox4x32-10 in the authors' library Random123 (file kat_vectors); words low to high. */
  @ParameterizedTest
  @CsvSource({"00000000 00000000 00000000 00000000, 00000000 00000000, 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
      "ffffffff ffffffff ffffffff ffffffff, ffffffff ffffffff, 408f276d 41c83b0e a20bc7c6 6d5451fd",
      "243f6a88 85a308d3 13198a2e 03707344, a4093822 299f31d0, d16cfe09 94fdcceb 5001e420 24126ea1"})
  void agreesWithPublishedVectors(String counter, String key, String expected) {
    var c = words(counter);
    var block = new int[4];
    Philox.block(wide(words(key), 0), wide(c, 2), wide(c, 0), block);
    assertArrayEquals(words(expected), block);
  }

  private static int[] words(String hex) {
    return Stream.of(hex.split(" ")).mapToInt(word -> Integer.parseUnsignedInt(word, 16)).toArray();
  }

  private static long wide(int[] words, int first) {
    return words[first] & 0xffffffffL | (long) words[first + 1] << 32;
  }

  @Test
  void elementsAreTheWordsOfTheirBlock() {
    var block = new int[4];
    Philox.block(5, 7, 3, block);
    for (int word = 0; word < 4; word++) assertEquals(block[word], Philox.bits(5, 7, 12 + word));
  }

  @Test
  void unitLeavesOutOne() {
    assertEquals(0, Philox.unit(0));
    assertEquals(0, Philox.unit(255), "the lowest eight bits do not count");
    assertEquals(1 - 0x1p-24f, Philox.unit(-1));
    assertEquals(0.5f, Philox.unit(Integer.MIN_VALUE));
  }

  @Test
  void uniformsAreUniform() {
    int n = 100_000;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double u = Philox.uniform(42, 1, i);
      assertTrue(u >= 0 && u < 1);
      sum += u;
      squares += u * u;
    }
    // five standard deviations of the mean of n uniforms, and of their squares
    assertEquals(0.5, sum / n, 5 * Math.sqrt(1.0 / 12 / n));
    assertEquals(1.0 / 3, squares / n, 5 * Math.sqrt(4.0 / 45 / n));
  }
}
