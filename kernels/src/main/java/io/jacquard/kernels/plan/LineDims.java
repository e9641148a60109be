package io.jacquard.kernels.plan;

import io.jacquard.spi.View;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The lines of views along one axis: the dimensions beside it, in the order of the first view's memory.
 *
 * @param along for each view, the stride along a line
 */
record LineDims(Dims kept, long length, long[] along, boolean wide) {
  static LineDims of(int axis, View... views) {
    var shape = views[0].shape();
    int[] others = IntStream.range(0, shape.rank()).filter(d -> d != axis).toArray();
    var strides = Arrays.stream(views)
        .map(v -> IntStream.of(others).mapToLong(d -> v.layout().stride(d)).toArray()).toArray(long[][]::new);
    var kept = Dims.of(IntStream.of(others).mapToLong(shape::size).toArray(), strides, 0);
    var along = Arrays.stream(views).mapToLong(v -> v.layout().stride(axis)).toArray();
    boolean wide = kept.isWide() || Arrays.stream(views).anyMatch(Dims::isWide);
    return new LineDims(kept, shape.size(axis), along, wide);
  }

  long count() {
    return kept.count();
  }

  /** Adds a view's buffer, position and strides; the place of the buffer. */
  int add(Arguments arguments, View view, int number) {
    int place = arguments.buffer();
    arguments.add64(view.layout().offset());
    kept.addStrides(arguments, number, wide);
    arguments.index(along[number], wide);
    return place;
  }
}
