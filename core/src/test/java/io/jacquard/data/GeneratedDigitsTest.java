package io.jacquard.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.management.ManagementFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class GeneratedDigitsTest {
  @Test
  void theSetsHaveTheirSizesAndSayWhatTheyAre() {
    var sets = GeneratedDigits.sets(1);
    assertEquals(GeneratedDigits.TRAIN, sets.train().count());
    assertEquals(GeneratedDigits.TEST, sets.test().count());
    assertTrue(sets.generated());
    assertTrue(sets.source().contains("generated") && sets.source().contains("not MNIST"), sets.source());
  }

  /** These bytes must be the same on every machine; who changes how digits are drawn changes them on purpose. */
  @Test
  void theBytesAreTheSameEverywhere() throws NoSuchAlgorithmException {
    var digits = GeneratedDigits.digits(1, 0, 500);
    var sum = MessageDigest.getInstance("SHA-256");
    sum.update(digits.images());
    sum.update(digits.labels());
    assertEquals("8ebaf9af335d6a91", HexFormat.of().formatHex(sum.digest(), 0, 8));
  }

  /** By the time of this thread alone, whatever else the machine does. */
  @Test
  void allAreDrawnInTwoSeconds() {
    var threads = ManagementFactory.getThreadMXBean();
    assumeTrue(threads.isCurrentThreadCpuTimeSupported(), "this JVM does not measure the time of threads");
    long begin = threads.getCurrentThreadCpuTime();
    assertEquals(12_000, GeneratedDigits.sets(2).train().count() + GeneratedDigits.TEST);
    double seconds = (threads.getCurrentThreadCpuTime() - begin) * 1e-9;
    assertTrue(seconds < 2, seconds + " s");
  }

  @Test
  void aPictureDependsOnSeedSplitAndNumberOnly() {
    var few = GeneratedDigits.digits(7, 0, 20);
    var many = GeneratedDigits.digits(7, 0, 200);
    assertArrayEquals(few.images(), Arrays.copyOf(many.images(), few.images().length));
    assertArrayEquals(few.labels(), Arrays.copyOf(many.labels(), few.count()));
    assertFalse(Arrays.equals(few.images(), GeneratedDigits.digits(7, 1, 20).images()));
    assertFalse(Arrays.equals(few.images(), GeneratedDigits.digits(8, 0, 20).images()));
  }

  @Test
  void everyDigitComesAboutEquallyOften() {
    var counts = new int[10];
    for (byte label : GeneratedDigits.digits(3, 0, 10_000).labels()) counts[label]++;
    for (int count : counts) assertTrue(count > 900 && count < 1100, Arrays.toString(counts));
  }

  @Test
  void everyPictureHasInkAndPaper() {
    var digits = GeneratedDigits.digits(5, 0, 2000);
    for (int i = 0; i < digits.count(); i++) {
      int inked = 0;
      for (int p = 0; p < Digits.PIXELS; p++)
        inked += (digits.images()[i * Digits.PIXELS + p] & 0xff) > 128 ? 1 : 0;
      assertTrue(inked > 15 && inked < 350, "picture " + i + " has " + inked + " dark pixels");
    }
  }

  /** By the nearest mean picture. Random labels would give 0.1, pictures all alike 1.0. */
  @Test
  void theyAreNeitherTrivialNorUnreadable() {
    var sets = GeneratedDigits.sets(1);
    var means = means(sets.train());
    int right = 0;
    for (int i = 0; i < sets.test().count(); i++)
      right += nearest(means, sets.test().images(), i) == sets.test().labels()[i] ? 1 : 0;
    double accuracy = (double) right / sets.test().count();
    assertTrue(accuracy > 0.6 && accuracy < 0.85, "nearest mean: " + accuracy);
  }

  private static double[][] means(Digits digits) {
    var means = new double[10][Digits.PIXELS];
    var counts = new int[10];
    for (int i = 0; i < digits.count(); i++) {
      counts[digits.labels()[i]]++;
      for (int p = 0; p < Digits.PIXELS; p++)
        means[digits.labels()[i]][p] += digits.images()[i * Digits.PIXELS + p] & 0xff;
    }
    for (int c = 0; c < 10; c++)
      for (int p = 0; p < Digits.PIXELS; p++) means[c][p] /= counts[c];
    return means;
  }

  private static int nearest(double[][] means, byte[] images, int i) {
    int best = 0;
    double least = Double.MAX_VALUE;
    for (int c = 0; c < 10; c++) {
      double distance = 0;
      for (int p = 0; p < Digits.PIXELS; p++) {
        double d = means[c][p] - (images[i * Digits.PIXELS + p] & 0xff);
        distance += d * d;
      }
      if (distance < least) {
        least = distance;
        best = c;
      }
    }
    return best;
  }
}
