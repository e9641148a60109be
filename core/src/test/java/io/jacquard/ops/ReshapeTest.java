package io.jacquard.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.Shape;
import io.jacquard.spi.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Which layouts can be seen under another shape, against the positions of all elements. */
class ReshapeTest {
  /** Where the elements lie, in row-major order. */
  private static List<Long> positions(Layout layout) {
    var positions = new ArrayList<Long>();
    for (long i = 0; i < layout.shape().numel(); i++) {
      long rest = i;
      long at = layout.offset();
      for (int d = layout.shape().rank() - 1; d >= 0; d--) {
        at += rest % layout.shape().size(d) * layout.stride(d);
        rest /= layout.shape().size(d);
      }
      positions.add(at);
    }
    return positions;
  }

  private static Shape random(long numel, SplittableRandom random) {
    var sizes = new ArrayList<Long>();
    while (numel > 1 || random.nextInt(3) == 0) {
      long n = numel;
      var divisors = LongStream.rangeClosed(1, numel).filter(k -> n % k == 0).toArray();
      long size = divisors[random.nextInt(divisors.length)];
      sizes.add(size);
      numel /= size;
    }
    return Shape.of(sizes.stream().mapToLong(Long::longValue).toArray());
  }

  /** A transposed, stepped or broadcast layout. */
  private static Layout layout(Shape shape, SplittableRandom random) {
    var strides = Layout.contiguous(shape).strides().clone();
    for (int d = 0; d < strides.length; d++) {
      int other = random.nextInt(strides.length);
      if (random.nextInt(3) == 0 && shape.size(d) == shape.size(other)) {
        long stride = strides[d];
        strides[d] = strides[other];
        strides[other] = stride;
      }
      if (random.nextInt(6) == 0) strides[d] *= random.nextInt(-1, 3);
    }
    return new Layout(shape, strides, random.nextInt(5));
  }

  /** Whether some strides show the elements in this order: found from the first step along each dimension. */
  private static boolean exists(List<Long> positions, Shape shape) {
    var strides = new long[shape.rank()];
    long step = 1;
    for (int d = shape.rank() - 1; d >= 0; d--) {
      if (shape.size(d) > 1) strides[d] = positions.get((int) step) - positions.getFirst();
      step *= shape.size(d);
    }
    return positions(new Layout(shape, strides, positions.getFirst())).equals(positions);
  }

  @Test
  void viewsShowTheSameElementsAndAreFoundWhereverThereIsOne() {
    int views = 0;
    for (int seed = 0; seed < 20_000; seed++) {
      var random = new SplittableRandom(seed);
      long numel = new long[]{1, 2, 4, 6, 8, 12, 24, 36}[random.nextInt(8)];
      var from = layout(random(numel, random), random);
      var to = random(numel, random);
      var found = Reshape.of(from, to);
      var positions = positions(from);
      assertEquals(exists(positions, to), found != null, () -> from + " as " + to);
      if (found == null) continue;
      views++;
      assertEquals(to, found.shape());
      assertEquals(positions, positions(found), () -> from + " as " + to);
    }
    assertTrue(views > 5000 && views < 19_000, "both kinds must occur: " + views);
  }

  @Test
  void withoutElementsEverythingIsAView() {
    var layout = new Layout(Shape.of(3, 0, 2), new long[]{7, 1, 5}, 4);
    assertNotNull(Reshape.of(layout, Shape.of(0, 6)));
  }

  @Test
  void aTransposeIsNoRow() {
    assertNull(Reshape.of(new Layout(Shape.of(3, 2), new long[]{1, 3}, 0), Shape.of(6)));
  }
}
