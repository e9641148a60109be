package io.jacquard.ops;

import io.jacquard.Shape;
import io.jacquard.spi.Layout;
import io.jacquard.spi.View;
import org.jspecify.annotations.Nullable;

/**
 * One tap of a {@link Window} over a given input: the windows for which it lies on an element rather than on padding, a
 * box of them, and those elements. Both are views, so that what a window computes is a map for each tap.
 *
 * @param number of the tap, row by row
 * @param firstOutput of the box of windows, in each spatial dimension
 * @param firstInput the element on which the tap of the first window lies
 * @param counts the sizes of the box
 * @param steps elements from one window's to the next one's
 */
record Tap(int number, long[] firstOutput, long[] firstInput, long[] counts, long[] steps) {

  /** Tap {@code k}; null if it never lies on an element. */
  static @Nullable Tap of(Window window, int number, int[] k, Shape spatial) {
    int rank = window.rank();
    var firstOutput = new long[rank];
    var firstInput = new long[rank];
    var counts = new long[rank];
    var steps = new long[rank];
    for (int a = 0; a < rank; a++) {
      var axis = window.axes().get(a);
      long size = spatial.size(a);
      long at = axis.position(0, k[a]);
      long first = Math.max(0, Math.ceilDiv(-at, (long) axis.stride()));
      long end = Math.min(axis.outputs(size), Math.floorDiv(size - 1 - at, (long) axis.stride()) + 1);
      if (end <= first) return null;
      firstOutput[a] = first;
      firstInput[a] = axis.position(first, k[a]);
      counts[a] = end - first;
      steps[a] = axis.stride();
    }
    return new Tap(number, firstOutput, firstInput, counts, steps);
  }

  /** Whether the tap lies on an element for every window. */
  boolean isWhole(Shape outputs) {
    for (int a = 0; a < counts.length; a++) {
      if (counts[a] != outputs.size(a)) return false;
    }
    return true;
  }

  /** The tap's windows, in a view whose last dimensions are the windows'. */
  View outputs(View all) {
    return part(all, firstOutput, null);
  }

  /** The elements on which the tap lies, in a view whose last dimensions are the spatial ones. */
  View inputs(View all) {
    return part(all, firstInput, steps);
  }

  private View part(View all, long[] first, long @Nullable [] step) {
    var layout = all.layout();
    var strides = layout.strides().clone();
    var shape = layout.shape();
    long offset = layout.offset();
    int lead = shape.rank() - counts.length;
    for (int a = 0; a < counts.length; a++) {
      offset += first[a] * strides[lead + a];
      if (step != null) strides[lead + a] *= step[a];
      shape = shape.with(lead + a, counts[a]);
    }
    return new View(all.buffer(), all.dtype(), new Layout(shape, strides, offset));
  }
}
