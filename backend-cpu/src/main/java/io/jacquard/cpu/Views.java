package io.jacquard.cpu;

import io.jacquard.spi.View;

/** Addresses of views. */
final class Views {
  private Views() {}

  /**
   * The address of a view's first element; in checked mode, after a look whether all of it lies in its buffer.
   *
   * @param operand names the view in errors: {@code "map input"}
   */
  static long address(View view, String operand) {
    long start = ((CpuBuffer) view.buffer()).address;
    if (Memory.CHECKED) check(view, start, operand);
    return start + view.layout().offset() * view.dtype().bytes();
  }

  private static void check(View view, long start, String operand) {
    var layout = view.layout();
    int size = view.dtype().bytes();
    long low = layout.lowest();
    try {
      Memory.check(start + low * size, (layout.end() - low) * size, operand);
    } catch (IllegalStateException e) {
      throw new IllegalStateException(operand + " of " + view.dtype() + layout + ": " + e.getMessage(), e);
    }
  }

  /** The strides in bytes. */
  static long[] strides(View view) {
    var strides = view.layout().strides().clone();
    for (int d = 0; d < strides.length; d++) strides[d] *= view.dtype().bytes();
    return strides;
  }

  /** The strides of inputs, then outputs, in bytes. */
  static long[][] strides(View[] in, View[] out) {
    var all = new long[in.length + out.length][];
    for (int p = 0; p < all.length; p++) all[p] = strides(p < in.length ? in[p] : out[p - in.length]);
    return all;
  }
}
