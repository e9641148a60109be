package io.jacquard.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.tensor.Generator;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Splits, class weights and weighted sampling. */
class SplitTest {
  private static void isPartition(List<int[]> parts, int size) {
    var all = parts.stream().flatMapToInt(Arrays::stream).sorted().toArray();
    assertArrayEquals(IntStream.range(0, size).toArray(), all);
  }

  @Test
  void everySampleIsInOnePart() {
    var random = new Random(2);
    for (int round = 0; round < 200; round++) {
      int size = 10 + random.nextInt(500);
      double first = 0.2 + 0.6 * random.nextDouble();
      var parts = Split.random(size, round, first, 1 - first);
      isPartition(parts, size);
      assertEquals(first * size, parts.getFirst().length, 0.51);
      assertArrayEquals(parts.getFirst(), Split.random(size, round, first, 1 - first).getFirst());
    }
    assertFalse(Arrays.equals(Split.random(100, 1, 0.5, 0.5).getFirst(),
        Split.random(100, 2, 0.5, 0.5).getFirst()));
    assertEquals(List.of(7, 2, 1), Split.random(10, 1, 0.7, 0.2, 0.1).stream().map(p -> p.length).toList());
  }

  @Test
  void strataKeepTheMixOfClasses() {
    var random = new Random(3);
    for (int round = 0; round < 100; round++) {
      int size = 60 + random.nextInt(300);
      var labels = new int[size];
      for (int i = 0; i < size; i++) labels[i] = i < 9 ? i / 3 : Math.min(2, random.nextInt(12));
      var parts = Split.stratified(labels, round, 0.7, 0.15, 0.15);
      isPartition(parts, size);
      var counts = ClassWeights.counts(labels, 3);
      for (int p = 0; p < 3; p++) {
        double share = p == 0 ? 0.7 : 0.15;
        for (int c = 0; c < 3; c++) {
          int label = c;
          long found = Arrays.stream(parts.get(p)).filter(i -> labels[i] == label).count();
          assertTrue(found >= 1);
          assertEquals(share * counts[c], found, 2.01, "class " + c + " of " + counts[c] + " in part " + p);
        }
        assertEquals(share * size, parts.get(p).length, 2.51);
      }
    }
  }

  @Test
  void splitsThatCannotBeAreRefused() {
    assertTrue(assertThrows(JacquardException.class, () -> Split.random(10, 0, 0.5, 0.4)).getMessage()
        .startsWith("Split: the shares add up to 0.9"));
    assertThrows(JacquardException.class, () -> Split.random(10, 0, 1.5, -0.5));
    assertThrows(JacquardException.class, () -> Split.random(3, 0, 0.9, 0.1));
    var rare = assertThrows(JacquardException.class,
        () -> Split.stratified(new int[]{0, 0, 0, 1, 2, 2}, 0, 0.5, 0.5));
    assertEquals("Split: class 1 has 1 samples, too few for 2 parts. Leave the class out, or split without "
        + "stratifying.", rare.getMessage());
  }

  /** scikit-learn: compute_class_weight("balanced", classes=[0, 1], y=[0, 0, 0, 1]) is [0.667, 2]. */
  @Test
  void balancedWeights() {
    int[] labels = {0, 0, 0, 1};
    assertArrayEquals(new double[]{2 / 3.0, 2}, ClassWeights.balanced(labels, 2), 1e-12);
    assertArrayEquals(new double[]{4 / 9.0, 4 / 3.0, 0}, ClassWeights.balanced(labels, 3), 1e-12);
    assertArrayEquals(new double[]{1, 1, 1, 3},
        ClassWeights.ofSamples(labels, new double[]{1, 3}));
    assertThrows(JacquardException.class, () -> ClassWeights.balanced(new int[]{0, 2}, 2));
  }

  @Test
  void samplesComeAsOftenAsTheirWeightsSay() {
    OnReference.run(() -> {
      var chances = new Chances(new double[]{0, 1, 0, 3, 6, 0});
      Generator.with(new Generator(1), () -> {
        var counts = new int[6];
        for (int i : chances.draw(10_000)) counts[i]++;
        assertEquals(0, counts[0] + counts[2] + counts[5]);
        assertEquals(1000, counts[1], 150); // five standard deviations
        assertEquals(3000, counts[3], 230);
      });
      assertEquals(1, chances.at(0));
      assertEquals(3, chances.at(0.1));
      assertEquals(4, chances.at(Math.nextDown(1.0)));
      assertEquals(4, chances.at(1), "rounding may give it");
      var data = new HostDatasetTest.Counting(4).load();
      var loader = DataLoader.weighted(data, 3, new double[]{0, 0, 1, 0});
      for (var batch : loader) {
        for (long y : batch.y().toLongs()) assertEquals(2, y);
      }
      assertThrows(JacquardException.class, () -> DataLoader.weighted(data, 3, new double[3]));
      for (double bad : new double[]{-1, Double.NaN, Double.POSITIVE_INFINITY, 0}) {
        assertThrows(JacquardException.class,
            () -> DataLoader.weighted(data, 3, new double[]{0, 0, bad, 0}));
      }
    });
  }
}
