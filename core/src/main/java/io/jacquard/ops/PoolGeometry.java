package io.jacquard.ops;

import io.jacquard.Shape;
import io.jacquard.spi.View;
import java.util.List;

/** A {@link Window} over the last dimensions of a given shape: where its taps lie, and whether it can be one map. */
record PoolGeometry(Window window, Shape input) {

  private Shape spatial() {
    return window.spatial(input, lead());
  }

  private int lead() {
    return input.rank() - window.rank();
  }

  /** The input's shape with one element for each window. */
  Shape output() {
    return Window.with(input, lead(), window.outputs(spatial()));
  }

  void check(String op) {
    window.check(op, spatial());
  }

  List<Tap> taps() {
    return window.taps(spatial());
  }

  /** Whether every tap lies on an element for every window, and there are few: then one map takes all taps at once. */
  boolean atOnce() {
    var outputs = window.outputs(spatial());
    var taps = taps();
    return taps.size() == window.taps() && taps.size() <= PoolPrograms.MOST_TAPS
        && taps.stream().allMatch(tap -> tap.isWhole(outputs));
  }

  /** Whether no element is seen by two windows. */
  boolean isDisjoint() {
    return window.axes().stream().allMatch(axis -> axis.stride() >= axis.reach());
  }

  /** Whether each element is seen by some window, if no two windows see the same. */
  boolean covers() {
    return output().numel() * window.taps() == input.numel();
  }

  /** The elements of every tap, as views of one shape; for {@link #atOnce}. */
  View[] inputs(View x) {
    return taps().stream().map(tap -> tap.inputs(x)).toArray(View[]::new);
  }
}
