package io.jacquard.data.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What transforms do to pictures whose pixels are known. */
class TransformTest {
  /** The value at channel c, row y, column x is 100 c + 10 y + x + 1. */
  private static Image numbered(int channels, int height, int width) {
    var values = new float[channels * height * width];
    for (int i = 0; i < values.length; i++)
      values[i] = 100 * (i / (height * width)) + 10 * (i / width % height) + i % width + 1;
    return new Image(channels, height, width, values);
  }

  private static Draws draws(long sample) {
    return new Draws(5, 2, sample, 0);
  }

  private static float[] apply(Transform transform, Image image) {
    var before = image.values().clone();
    var after = transform.apply(image, draws(0)).values();
    assertArrayEquals(before, image.values(), "the given picture stays as it is");
    return after;
  }

  @Test
  void onlyThoseWithoutChanceAreKnownToBeSteady() {
    for (var steady : List.of(Transform.normalize(0.5, 0.5), Transform.grayscale(),
        Transform.centerCrop(2, 2),
        Transform.resize(2), Transform.resize(2, 3),
        Transform.compose(Transform.resize(2), Transform.grayscale())))
      assertFalse(steady.isRandom(), steady.toString());
    for (var random : List.of(Transform.randomHorizontalFlip(0.5), Transform.randomCrop(2, 1),
        Transform.compose(Transform.resize(2), Transform.randomErasing(0.1))))
      assertTrue(random.isRandom(), random.toString());
    Transform own = (image, _) -> image;
    assertTrue(own.isRandom(), "nobody knows");
  }

  @Test
  void flips() {
    var image = numbered(2, 2, 3);
    assertArrayEquals(new float[]{3, 2, 1, 13, 12, 11, 103, 102, 101, 113, 112, 111},
        apply(Transform.randomHorizontalFlip(1), image));
    assertArrayEquals(new float[]{11, 12, 13, 1, 2, 3, 111, 112, 113, 101, 102, 103},
        apply(Transform.randomVerticalFlip(1), image));
    assertSame(image, Transform.randomHorizontalFlip(0).apply(image, draws(0)));
    int flipped = 0;
    for (int i = 0; i < 1000; i++) {
      if (Transform.randomHorizontalFlip(0.3).apply(image, draws(i)) != image) flipped++;
    }
    assertEquals(300, flipped, 73); // five standard deviations
  }

  @Test
  void cropsAreEverywhereEquallyOften() {
    var image = numbered(1, 3, 3);
    var crop = Transform.randomCrop(3, 1);
    var seen = new HashSet<Float>();
    var corners = new int[9];
    for (int i = 0; i < 4500; i++) {
      var values = crop.apply(image, draws(i)).values();
      // The middle of the crop tells where it was taken: 1, 2, 3, 11, ...
      seen.add(values[4]);
      corners[(int) (values[4] / 10) * 3 + (int) (values[4] % 10) - 1]++;
    }
    assertEquals(Set.of(1f, 2f, 3f, 11f, 12f, 13f, 21f, 22f, 23f), seen);
    for (int count : corners) assertEquals(500, count, 110);
    var error = assertThrows(JacquardException.class,
        () -> Transform.randomCrop(6, 1).apply(image, draws(0)));
    assertTrue(error.getMessage().contains("3 x 3 with padding 1 is smaller than 6 x 6"), error.getMessage());
  }

  @Test
  void theMiddle() {
    assertArrayEquals(new float[]{12, 13, 22, 23}, apply(Transform.centerCrop(2, 2), numbered(1, 4, 4)));
    assertArrayEquals(new float[]{0, 0, 0, 0, 0, 1, 2, 0, 0, 11, 12, 0, 0, 0, 0, 0},
        apply(Transform.centerCrop(4, 4), numbered(1, 2, 2)), "zeros round a smaller one");
  }

  @Test
  void rotations() {
    var image = numbered(1, 3, 3);
    assertArrayEquals(new float[]{3, 13, 23, 2, 12, 22, 1, 11, 21}, Moves.rotate(image, 90).values(),
        "counter-clockwise");
    assertArrayEquals(new float[]{23, 22, 21, 13, 12, 11, 3, 2, 1}, Moves.rotate(image, 180).values());
    assertArrayEquals(image.values(), Moves.rotate(image, 0).values());
    assertArrayEquals(image.values(), apply(Transform.randomRotation(0), image));
    // The corners leave the picture; the middle stays.
    var turned = Moves.rotate(numbered(1, 9, 9), 45).values();
    assertEquals(0, turned[0]);
    assertEquals(45, turned[40]);
  }

  @Test
  void erasing() {
    var ones = new float[400];
    Arrays.fill(ones, 1);
    var image = new Image(1, 20, 20, ones);
    double least = 1;
    double most = 0;
    for (int i = 0; i < 500; i++) {
      var values = Transform.randomErasing(1).apply(image, draws(i)).values();
      double erased = 0;
      for (float value : values) erased += 1 - value;
      least = Math.min(least, erased / 400);
      most = Math.max(most, erased / 400);
    }
    assertTrue(least > 0.01 && least < 0.05 && most > 0.28 && most < 0.37, least + " to " + most);
  }

  @Test
  void pointByPoint() {
    var image = new Image(3, 1, 2, new float[]{1, 0, 0, 1, 0, 0.5f});
    assertArrayEquals(new float[]{0.299f, 0.644f}, apply(Transform.grayscale(), image), 1e-6f);
    assertArrayEquals(new float[]{1, -1, -0.5f, 0.5f, 0, 2},
        apply(Transform.normalize(new double[]{0.5, 0.5, 0}, new double[]{0.5, 1, 0.25}), image), 1e-6f);
    assertArrayEquals(new float[]{2, 0, 0, 2, 0, 1}, apply(Transform.normalize(0, 0.5), image), 1e-6f);
    assertThrows(JacquardException.class, () -> Transform.normalize(0, 0));
    assertThrows(JacquardException.class, () -> Transform.normalize(new double[2], new double[]{1}));
    assertThrows(JacquardException.class,
        () -> Transform.normalize(new double[2], new double[]{1, 1}).apply(image, draws(0)));
  }

  /** Values of torch.nn.functional.interpolate(mode="bilinear", antialias=True), PyTorch 2.13. */
  @Test
  void resizedAsPyTorchDoes() {
    var values = new float[35];
    for (int i = 0; i < 35; i++) values[i] = 37 * i % 101 / 101f;
    var image = new Image(1, 5, 7, values);
    assertArrayEquals(new float[]{0.413349f, 0.50099f, 0.369335f, 0.520105f, 0.426424f, 0.55736f, 0.466975f,
        0.621615f, 0.431939f, 0.617539f, 0.457313f, 0.47747f}, apply(Transform.resize(3, 4), image), 2e-6f);
    assertArrayEquals(new float[]{0.314003f, 0.393128f, 0.526874f, 0.664074f, 0.428072f, 0.448373f, 0.442716f,
        0.52184f, 0.655587f, 0.364215f, 0.497962f, 0.577086f, 0.571429f, 0.59173f, 0.355728f},
        apply(Transform.resize(5, 3), image), 2e-6f);
    assertArrayEquals(new float[]{0.291629f, 0.612511f, 0.569757f, 0.390639f, 0.30243f, 0.668767f, 0.489649f,
        0.420342f, 0.377588f, 0.69847f, 0.519352f, 0.431143f, 0.479298f, 0.618362f},
        apply(Transform.resize(2, 7), image), 2e-6f);
    var larger = apply(Transform.resize(8, 9), image);
    assertArrayEquals(new float[]{0, 0.244224f, 0.529153f, 0.591859f, 0.09901f, 0.383938f, 0.668867f,
        0.620462f, 0.19802f, 0.246906f}, Arrays.copyOf(larger, 10), 2e-6f);
    assertEquals("[1, 10, 14]", Transform.resize(10).apply(image, draws(0)).shape().toString());
    assertEquals("[2, 14, 10]", Transform.resize(10).apply(numbered(2, 7, 5), draws(0)).shape().toString());
  }

  @Test
  void randomNumbersFollowFromSeedEpochSampleAndPlaceAlone() {
    var all = new HashSet<Float>();
    for (long[] key : new long[][]{{1, 0, 0, 0}, {2, 0, 0, 0}, {1, 1, 0, 0}, {1, 0, 1, 0}, {1, 0, 0, 1}}) {
      var draws = new Draws(key[0], key[1], key[2], (int) key[3]);
      float first = draws.uniform();
      assertEquals(first, new Draws(key[0], key[1], key[2], (int) key[3]).uniform());
      assertNotEquals(first, draws.uniform());
      all.add(first);
    }
    assertEquals(5, all.size());
    var draws = draws(3);
    for (int i = 0; i < 1000; i++) {
      int number = draws.below(7);
      assertTrue(number >= 0 && number < 7);
    }
  }

  @Test
  void compositionsAreFlat() {
    var flip = Transform.randomHorizontalFlip(0.5);
    var crop = Transform.randomCrop(2, 1);
    var list = Compose.flat(List.of(flip, Transform.compose(crop, Transform.compose(flip)), crop));
    assertEquals(List.of(flip, crop, flip, crop), list);
    assertArrayEquals(new float[]{2, 1, 12, 11},
        apply(Transform.compose(Transform.randomHorizontalFlip(1), Transform.centerCrop(2, 2)),
            numbered(1, 2, 2)));
  }

  @Test
  void optionsThatCannotBeAreRefused() {
    assertThrows(JacquardException.class, () -> Transform.randomHorizontalFlip(1.1));
    assertThrows(JacquardException.class, () -> Transform.randomVerticalFlip(-0.1));
    assertThrows(JacquardException.class, () -> Transform.randomErasing(Double.NaN));
    assertThrows(JacquardException.class, () -> Transform.randomRotation(181));
    assertThrows(JacquardException.class, () -> Transform.randomCrop(0, 1));
    assertThrows(JacquardException.class, () -> Transform.randomCrop(1, -1));
    assertThrows(JacquardException.class, () -> Transform.resize(0));
    assertThrows(JacquardException.class, () -> Transform.centerCrop(1, 0));
    assertThrows(JacquardException.class, () -> new Image(1, 2, 2, new float[3]));
  }
}
