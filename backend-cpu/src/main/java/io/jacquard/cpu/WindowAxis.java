package io.jacquard.cpu;

import io.jacquard.ops.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Places along one dimension of a convolution's result that see the same taps of the window: those of the middle see all,
 * those at an edge some. Convolutions go through such classes one by one, and so never multiply the zeros of a padding.
 *
 * @param taps the numbers of the taps, ascending
 * @param tapAt for each of them, elements of the source from that of the first
 * @param target the places in the result
 * @param source for each of them, where in the source the first tap lies
 */
record WindowAxis(int[] taps, long[] tapAt, long[] target, long[] source) {

  /** Going forward, from an input of {@code size} elements to windows. */
  static List<WindowAxis> forward(Window.Axis axis, long size) {
    return classes(axis.outputs(size), axis.kernel(), (o, k) -> {
      long at = axis.position(o, k);
      return at >= 0 && at < size ? at : -1;
    });
  }

  /** Going back, from windows to the gradient of an input of {@code size} elements. */
  static List<WindowAxis> backward(Window.Axis axis, long size) {
    long windows = axis.outputs(size);
    return classes(size, axis.kernel(), (i, k) -> {
      long strides = i - axis.position(0, k);
      long o = Math.floorDiv(strides, (long) axis.stride());
      return strides % axis.stride() == 0 && o >= 0 && o < windows ? o : -1;
    });
  }

  /** Where in the source a tap of a place of the result lies; -1 if nowhere. */
  @FunctionalInterface
  private interface Place {
    long of(long target, int tap);
  }

  private static List<WindowAxis> classes(long targets, int kernel, Place place) {
    var all = new ArrayList<WindowAxis>();
    var members = new ArrayList<List<Long>>();
    for (long t = 0; t < targets; t++) {
      int[] taps = new int[kernel];
      int count = 0;
      for (int k = 0; k < kernel; k++) {
        if (place.of(t, k) >= 0) taps[count++] = k;
      }
      taps = Arrays.copyOf(taps, count);
      int known = 0;
      while (known < all.size() && !Arrays.equals(all.get(known).taps, taps)) known++;
      if (known == all.size()) {
        var tapAt = new long[count];
        for (int n = 0; n < count; n++) tapAt[n] = place.of(t, taps[n]) - place.of(t, taps[0]);
        all.add(new WindowAxis(taps, tapAt, new long[0], new long[0]));
        members.add(new ArrayList<>());
      }
      members.get(known).add(t);
    }
    var filled = new ArrayList<WindowAxis>();
    for (int n = 0; n < all.size(); n++) {
      var form = all.get(n);
      var target = members.get(n).stream().mapToLong(Long::longValue).toArray();
      var source = Arrays.stream(target).map(t -> form.taps.length == 0 ? 0 : place.of(t, form.taps[0]))
          .toArray();
      filled.add(new WindowAxis(form.taps, form.tapAt, target, source));
    }
    return filled;
  }
}
