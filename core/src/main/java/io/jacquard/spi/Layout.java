package io.jacquard.spi;

import io.jacquard.Shape;
import java.util.Arrays;

/**
 * How a tensor's elements lie in a buffer: element {@code (i, j, ...)} is at {@code offset + i*strides[0] +
 * j*strides[1] + ...}, counted in elements. Transposes, slices and broadcasts (stride 0) only edit a layout.
 *
 * <pre>{@code
 * Layout.contiguous(Shape.of(2, 3)).strides();  // {3, 1}
 * }</pre>
 *
 * <p>Strides may be zero or negative. The array is shared, never changed.
 */
public record Layout(Shape shape, long[] strides, long offset) {
  public Layout {
    if (strides.length != shape.rank()) {
      throw new IllegalArgumentException("shape " + shape + " with strides " + Arrays.toString(strides));
    }
  }

  /** Row-major, without gaps, from the buffer's start. */
  public static Layout contiguous(Shape shape) {
    return new Layout(shape, rowMajor(shape), 0);
  }

  /**
   * Without gaps, from the buffer's start, with the dimensions in a given order.
   *
   * @param order the dimensions, outermost first, as {@link #order} gives them
   */
  public static Layout dense(Shape shape, int[] order) {
    var strides = new long[order.length];
    long step = 1;
    for (int k = order.length - 1; k >= 0; k--) {
      strides[order[k]] = step;
      step *= Math.max(1, shape.size(order[k]));
    }
    return new Layout(shape, strides, 0);
  }

  /**
   * For another shape of as many dimensions: without gaps, from the buffer's start, in the order in which these lie in memory.
   * Row-major where that does not tell, as of what is stretched, or has a dimension of size 1 that is larger there.
   */
  public Layout inOrder(Shape other) {
    boolean tells = shape.rank() == other.rank() && !isBroadcast() && !isContiguous();
    for (int d = 0; tells && d < shape.rank(); d++) tells = shape.size(d) > 1 || other.size(d) <= 1;
    return tells ? dense(other, order()) : contiguous(other);
  }

  /**
   * The dimensions in the order in which they lie in memory, that of the largest steps first. Where steps do not tell,
   * as in dimensions of size 1, row-major order does.
   */
  public int[] order() {
    var order = new int[strides.length];
    for (int d = 0; d < order.length; d++) {
      int at = d;
      // Insertion keeps the order of what is equal, and there are few dimensions.
      for (; at > 0 && step(d) > step(order[at - 1]); at--) order[at] = order[at - 1];
      order[at] = d;
    }
    return order;
  }

  /** A dimension of size 1 lies outermost, since nothing says where it lies. */
  private long step(int dim) {
    return shape.size(dim) == 1 ? Long.MAX_VALUE : Math.abs(strides[dim]);
  }

  private static long[] rowMajor(Shape shape) {
    var strides = new long[shape.rank()];
    long step = 1;
    for (int d = shape.rank() - 1; d >= 0; d--) {
      strides[d] = step;
      step *= Math.max(1, shape.size(d));
    }
    return strides;
  }

  public long stride(int dim) {
    return strides[dim];
  }

  /** True if the elements lie row-major without gaps, wherever they start; dimensions of size 1 do not count. */
  public boolean isContiguous() {
    long step = 1;
    for (int d = strides.length - 1; d >= 0; d--) {
      long size = shape.size(d);
      if (size != 1 && strides[d] != step) return shape.numel() == 0;
      step *= size;
    }
    return true;
  }

  /** True if some element is reached by more than one index, through a stride of 0. */
  public boolean isBroadcast() {
    for (int d = 0; d < strides.length; d++) {
      if (strides[d] == 0 && shape.size(d) > 1) return true;
    }
    return false;
  }

  /** The position of the first element of the smallest range that holds all elements; offset if there are none. */
  public long lowest() {
    long low = offset;
    for (int d = 0; d < strides.length && shape.numel() > 0; d++) {
      if (strides[d] < 0) low += (shape.size(d) - 1) * strides[d];
    }
    return low;
  }

  /** One past the position of the last element; offset if there are none. */
  public long end() {
    if (shape.numel() == 0) return offset;
    long high = offset;
    for (int d = 0; d < strides.length; d++) {
      if (strides[d] > 0) high += (shape.size(d) - 1) * strides[d];
    }
    return high + 1;
  }

  @Override
  public boolean equals(Object other) {
    return this == other || other instanceof Layout that && offset == that.offset && shape.equals(that.shape)
        && Arrays.equals(strides, that.strides);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * shape.hashCode() + Arrays.hashCode(strides)) + Long.hashCode(offset);
  }

  @Override
  public String toString() {
    return shape + " strides " + Arrays.toString(strides) + " offset " + offset;
  }
}
