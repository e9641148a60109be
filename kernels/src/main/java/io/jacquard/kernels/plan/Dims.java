package io.jacquard.kernels.plan;

import io.jacquard.kernels.Divisor;
import io.jacquard.spi.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;

/**
 * The dimensions over which a kernel runs, for several operands at once: without those of size 1, in the order of memory,
 * neighbours merged wherever all operands allow it. At least one dimension.
 *
 * @param strides for each operand, for each dimension
 */
record Dims(long[] sizes, long[][] strides) {
  /** A loop may step beyond the last element by the items of a work-group. */
  private static final long LARGEST = Integer.MAX_VALUE - (1 << 16);

  /**
   * @param leading the operand whose memory decides the order, the largest stride first; -1 keeps the order
   */
  static Dims of(long[] sizes, long[][] strides, int leading) {
    if (Arrays.stream(sizes).anyMatch(size -> size == 0)) return nothing(strides.length);
    var order = new ArrayList<Integer>();
    for (int d = 0; d < sizes.length; d++) {
      if (sizes[d] != 1) order.add(d);
    }
    if (leading >= 0) order.sort(Comparator.comparingLong(d -> -Math.abs(strides[leading][d]))); // stable
    return merge(sizes, strides, order);
  }

  private static Dims nothing(int operands) {
    var strides = new long[operands][];
    Arrays.setAll(strides, _ -> new long[]{1});
    return new Dims(new long[]{0}, strides);
  }

  private static Dims merge(long[] sizes, long[][] strides, ArrayList<Integer> order) {
    int rank = Math.max(1, order.size());
    var size = new long[rank];
    var stride = new long[strides.length][rank];
    int last = -1;
    for (int d : order) {
      if (last >= 0 && follows(strides, stride, last, d, sizes[d])) {
        size[last] *= sizes[d];
      } else {
        size[++last] = sizes[d];
      }
      for (int k = 0; k < strides.length; k++) stride[k][last] = strides[k][d];
    }
    if (last < 0) { // one element: call it contiguous
      size[++last] = 1;
      for (var s : stride) s[0] = 1;
    }
    var cut = new long[strides.length][];
    for (int k = 0; k < cut.length; k++) cut[k] = Arrays.copyOf(stride[k], last + 1);
    return new Dims(Arrays.copyOf(size, last + 1), cut);
  }

  private static boolean follows(long[][] strides, long[][] merged, int last, int d, long size) {
    for (int k = 0; k < strides.length; k++) {
      if (merged[k][last] != strides[k][d] * size) return false;
    }
    return true;
  }

  int rank() {
    return sizes.length;
  }

  long count() {
    long count = 1;
    for (long size : sizes) count *= size;
    return count;
  }

  /** Whether an operand's elements follow one another. */
  boolean isContiguous(int operand) {
    return rank() == 1 && strides[operand][0] == 1;
  }

  boolean isScalar(int operand) {
    for (long stride : strides[operand]) {
      if (stride != 0) return false;
    }
    return true;
  }

  /** Whether some position or number of an element needs more than 31 bits. */
  boolean isWide() {
    if (count() > LARGEST) return true;
    for (var stride : strides) {
      long reach = 0;
      for (int d = 0; d < rank(); d++) reach += Math.abs(stride[d]) * (sizes[d] - 1);
      if (reach > LARGEST) return true;
    }
    return false;
  }

  /** Whether a position in a view, counted from its lowest, needs more than 31 bits. */
  static boolean isWide(View view) {
    return view.layout().end() - view.layout().lowest() > LARGEST;
  }

  /** Adds what {@link io.jacquard.kernels} calls coordinates: for each dimension but the first its size and divisor. */
  void addSizes(Arguments arguments, boolean wide) {
    for (int d = 1; d < rank(); d++) {
      arguments.index(sizes[d], wide);
      if (wide) continue;
      var divisor = Divisor.of(sizes[d]);
      arguments.add32(divisor.multiplier());
      arguments.add32(divisor.shift());
    }
  }

  void addStrides(Arguments arguments, int operand, boolean wide) {
    for (long stride : strides[operand]) arguments.index(stride, wide);
  }
}
