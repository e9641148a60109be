package io.jacquard.spi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.Shape;
import org.junit.jupiter.api.Test;

class LayoutTest {
  private static Layout layout(long offset, long[] sizes, long... strides) {
    return new Layout(Shape.of(sizes), strides, offset);
  }

  private static long[] sizes(long... sizes) {
    return sizes;
  }

  @Test
  void contiguousIsRowMajor() {
    var layout = Layout.contiguous(Shape.of(2, 3, 4));
    assertArrayEquals(new long[]{12, 4, 1}, layout.strides());
    assertTrue(layout.isContiguous());
    assertEquals(0, layout.lowest());
    assertEquals(24, layout.end());
  }

  @Test
  void contiguousWhereverItStarts() {
    assertTrue(layout(7, sizes(2, 3), 3, 1).isContiguous());
    assertTrue(Layout.contiguous(Shape.SCALAR).isContiguous());
  }

  @Test
  void sizeOneDoesNotCount() {
    assertTrue(layout(0, sizes(1, 3), 99, 1).isContiguous());
    assertTrue(layout(0, sizes(3, 1), 1, 0).isContiguous());
    assertFalse(layout(0, sizes(3, 1), 2, 1).isContiguous());
  }

  @Test
  void emptyIsContiguous() {
    assertTrue(layout(0, sizes(2, 0, 3), 5, 5, 5).isContiguous());
    assertTrue(Layout.contiguous(Shape.of(2, 0, 3)).isContiguous());
  }

  @Test
  void transposedSteppedAndReversedAreNot() {
    assertFalse(layout(0, sizes(2, 3), 1, 2).isContiguous());
    assertFalse(layout(0, sizes(2, 3), 6, 2).isContiguous());
    assertFalse(layout(2, sizes(3), -1).isContiguous());
    assertFalse(layout(0, sizes(3), 0).isContiguous());
  }

  @Test
  void orderIsThatOfTheSteps() {
    assertArrayEquals(new int[]{0, 1, 2}, Layout.contiguous(Shape.of(2, 3, 4)).order());
    assertArrayEquals(new int[]{0, 2, 3, 1}, layout(0, sizes(2, 3, 4, 5), 60, 1, 15, 3).order());
    assertArrayEquals(new int[]{1, 0}, layout(0, sizes(2, 3), -1, 2).order());
    assertArrayEquals(new int[]{1, 0, 2}, layout(0, sizes(2, 1, 3), 3, 1, 1).order());
    assertArrayEquals(new int[0], Layout.contiguous(Shape.SCALAR).order());
  }

  @Test
  void denseHasTheGivenOrder() {
    var layout = Layout.dense(Shape.of(2, 3, 4, 5), new int[]{0, 2, 3, 1});
    assertArrayEquals(new long[]{60, 1, 15, 3}, layout.strides());
    assertArrayEquals(new int[]{0, 2, 3, 1}, layout.order());
    assertTrue(Layout.dense(Shape.of(2, 3), new int[]{0, 1}).isContiguous());
    assertTrue(Layout.dense(Shape.of(2, 0, 3), new int[]{2, 1, 0}).isContiguous());
  }

  @Test
  void broadcastIsAStrideOfZeroThatRepeats() {
    assertTrue(layout(0, sizes(3, 4), 0, 1).isBroadcast());
    assertFalse(layout(0, sizes(1, 4), 0, 1).isBroadcast());
    assertFalse(layout(0, sizes(3, 4), 4, 1).isBroadcast());
  }

  @Test
  void rangeHoldsAllElements() {
    var reversed = layout(5, sizes(2, 3), 10, -2);
    assertEquals(1, reversed.lowest());
    assertEquals(16, reversed.end());
    var scalar = layout(4, sizes());
    assertEquals(4, scalar.lowest());
    assertEquals(5, scalar.end());
    var expanded = layout(4, sizes(100), 0);
    assertEquals(5, expanded.end());
  }

  @Test
  void rangeOfNothingIsEmpty() {
    var empty = layout(4, sizes(3, 0), -7, 2);
    assertEquals(4, empty.lowest());
    assertEquals(4, empty.end());
  }

  @Test
  void equalByContents() {
    assertEquals(layout(1, sizes(2), 3), layout(1, sizes(2), 3));
    assertEquals(layout(1, sizes(2), 3).hashCode(), layout(1, sizes(2), 3).hashCode());
    assertNotEquals(layout(1, sizes(2), 3), layout(1, sizes(2), 4));
    assertNotEquals(layout(1, sizes(2), 3), layout(0, sizes(2), 3));
  }

  @Test
  void stridesMustFitTheRank() {
    assertThrows(IllegalArgumentException.class, () -> layout(0, sizes(2, 3), 1));
  }

  @Test
  void shapesBroadcast() {
    assertEquals(Shape.of(4, 2, 3), Shape.broadcast("add", Shape.of(2, 1), Shape.of(4, 1, 3)));
    assertEquals(Shape.of(3), Shape.broadcast("add", Shape.SCALAR, Shape.of(3)));
    assertEquals(Shape.of(0, 3), Shape.broadcast("add", Shape.of(1, 3), Shape.of(0, 1)));
  }

  @Test
  void shapesThatDoNotBroadcastAreNamed() {
    var error = assertThrows(JacquardException.class,
        () -> Shape.broadcast("add", Shape.of(2, 3, 4), Shape.of(5, 4)));
    assertEquals(
        "add: shapes [2, 3, 4] and [5, 4] do not broadcast: dimension -2 has sizes 3 and 5. Sizes must be equal "
            + "or 1; reshape or expand one of the two.",
        error.getMessage());
    assertThrows(JacquardException.class, () -> Shape.broadcast("add", Shape.of(0), Shape.of(2)));
  }
}
