package io.jacquard.contract;

import io.jacquard.Shape;

/**
 * Numbers the elements of a shape by line and place: a line for each combination of the axes that stay, places along
 * those that are reduced, both row-major.
 */
final class Lines {
  private final long[] sizes;
  private final boolean[] reduced;
  private final Shape kept;
  private final long count;
  private final long length;

  Lines(Shape shape, int... axes) {
    sizes = shape.sizes();
    reduced = new boolean[sizes.length];
    for (int axis : axes) reduced[axis] = true;
    long along = 1;
    for (int axis : axes) along *= sizes[axis];
    length = along;
    var outer = shape;
    for (int axis : axes) outer = outer.with(axis, 1);
    kept = outer;
    count = kept.numel();
  }

  /** The number of lines. */
  long count() {
    return count;
  }

  /** The number of places in each. */
  long length() {
    return length;
  }

  /** The shape with size 1 in the reduced axes, whose elements are the lines. */
  Shape kept() {
    return kept;
  }

  /** The row-major number, in the whole shape, of a place in a line. */
  long element(long line, long place) {
    var index = new long[sizes.length];
    for (int d = sizes.length - 1; d >= 0; d--) {
      if (reduced[d]) {
        index[d] = place % sizes[d];
        place /= sizes[d];
      } else {
        index[d] = line % sizes[d];
        line /= sizes[d];
      }
    }
    long element = 0;
    for (int d = 0; d < sizes.length; d++) element = element * sizes[d] + index[d];
    return element;
  }
}
