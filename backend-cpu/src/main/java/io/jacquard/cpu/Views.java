package io.jacquard.cpu;

import io.jacquard.spi.View;

/** Addresses of views. */
final class Views {
  private Views() {}

  /** The address of a view's first element; in checked mode, after a look whether all of it is the buffer's. */
  static long address(View view, String op, String operand) {
    var layout = view.layout();
    int size = view.dtype().bytes();
    long start = ((CpuBuffer) view.buffer()).address;
    if (Memory.CHECKED) {
      long low = layout.lowest();
      Memory.check(start + low * size, (layout.end() - low) * size, op + " " + operand + " " + layout);
    }
    return start + layout.offset() * size;
  }

  /** The strides in bytes. */
  static long[] strides(View view) {
    var strides = view.layout().strides().clone();
    for (int d = 0; d < strides.length; d++)
      strides[d] *= view.dtype().bytes();
    return strides;
  }

  /** The strides of inputs, then outputs, in bytes. */
  static long[][] strides(View[] in, View[] out) {
    var all = new long[in.length + out.length][];
    for (int p = 0; p < all.length; p++)
      all[p] = strides(p < in.length ? in[p] : out[p - in.length]);
    return all;
  }
}
