package io.jacquard.cpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The loops of a call in their simplest form: dimensions of size 1 dropped, put in the order in which memory is best
 * walked, and merged where every operand allows it. The last dimension is the innermost loop.
 *
 * @param sizes of the loops; empty for a single element
 * @param strides for each operand and loop, in bytes
 */
record Nest(long[] sizes, long[][] strides) {
  /**
   * Simplifies the loops over some dimensions.
   *
   * @param shape the sizes of all dimensions
   * @param dims the dimensions to loop over, ascending
   * @param bytes for each operand, the strides of all dimensions in bytes
   * @param leader the operand whose memory should be walked in order; -1 to keep the order of the dimensions
   */
  static Nest of(long[] shape, int[] dims, long[][] bytes, int leader) {
    List<Integer> order = new ArrayList<>();
    for (int d : dims) {
      if (shape[d] != 1) order.add(d);
    }
    if (leader >= 0) {
      // A stable sort: dimensions in which the leader does not move keep their places' order, outermost.
      order.sort(Comparator.comparingLong((Integer d) -> -reach(bytes[leader][d])));
    }
    var sizes = new long[order.size()];
    var strides = new long[bytes.length][order.size()];
    int loops = 0;
    for (int d : order) {
      if (loops > 0 && merges(bytes, strides, loops - 1, d, shape[d])) {
        sizes[loops - 1] *= shape[d];
        loops--;
      } else {
        sizes[loops] = shape[d];
      }
      for (int p = 0; p < bytes.length; p++) strides[p][loops] = bytes[p][d];
      loops++;
    }
    int kept = loops;
    return new Nest(Arrays.copyOf(sizes, kept),
        Arrays.stream(strides).map(s -> Arrays.copyOf(s, kept)).toArray(long[][]::new));
  }

  private static long reach(long stride) {
    return stride == 0 ? Long.MAX_VALUE : Math.abs(stride);
  }

  private static boolean merges(long[][] bytes, long[][] strides, int outer, int d, long size) {
    for (int p = 0; p < bytes.length; p++) {
      if (strides[p][outer] != bytes[p][d] * size) return false;
    }
    return true;
  }

  int rank() {
    return sizes.length;
  }

  /** The product of the sizes from loop {@code from} up to {@code to}. */
  long count(int from, int to) {
    long product = 1;
    for (int d = from; d < to; d++) product *= sizes[d];
    return product;
  }

  /** Where element {@code flat} of the loops {@code from} to {@code to} lies, in bytes, for one operand. */
  long position(int operand, int from, int to, long flat) {
    var stride = strides[operand];
    if (to - from == 1) return flat * stride[from];
    long sum = 0;
    for (int d = to - 1; d >= from; d--) {
      sum += flat % sizes[d] * stride[d];
      flat /= sizes[d];
    }
    return sum;
  }

  /** How an operand moves in the loops from {@code from} on. */
  Access access(int operand, int from, int elementBytes) {
    boolean still = true;
    boolean contiguous = true;
    long step = elementBytes;
    for (int d = rank() - 1; d >= from; d--) {
      still &= strides[operand][d] == 0;
      contiguous &= strides[operand][d] == step;
      step *= sizes[d];
    }
    return still && from < rank() ? Access.BROADCAST : contiguous ? Access.CONTIGUOUS : Access.STRIDED;
  }

  /**
   * After how many elements an operand repeats itself in the loops from {@code from} on, being contiguous until then, as a
   * bias does beside images that lie channels-last; 0 if that is not how it lies.
   */
  long period(int operand, int from, int elementBytes) {
    long step = elementBytes;
    int d = rank() - 1;
    for (; d >= from && strides[operand][d] == step; d--) step *= sizes[d];
    if (d < from || d == rank() - 1) return 0;
    for (; d >= from; d--) {
      if (strides[operand][d] != 0) return 0;
    }
    return step / elementBytes;
  }

  /** How an operand's elements lie, as a kernel sees it. */
  enum Access {
    CONTIGUOUS, BROADCAST, STRIDED
  }
}
