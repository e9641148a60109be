package io.jacquard;

import java.util.Arrays;

/**
 * The sizes of a tensor's dimensions, outermost first; immutable.
 *
 * <pre>{@code
 * var images = Shape.of(32, 1, 28, 28);
 * images.numel();   // 25088
 * images.size(-1);  // 28
 * }</pre>
 *
 * <p>A scalar has rank 0 and one element. Sizes may be 0; their product must fit in a long.
 */
public final class Shape {
  public static final Shape SCALAR = new Shape(new long[0]);

  private final long[] sizes;
  private final long numel;

  private Shape(long[] sizes) {
    this.sizes = sizes;
    long product = 1;
    for (long size : sizes) {
      if (size < 0) {
        throw new JacquardException(
            "Shape " + Arrays.toString(sizes) + " has a negative size, expected 0 or more.");
      }
      if (size > 0 && product > Long.MAX_VALUE / size) {
        throw new JacquardException("Shape " + Arrays.toString(sizes)
            + " has more elements than a long can count. Check the sizes.");
      }
      product *= size;
    }
    numel = product;
  }

  public static Shape of(long... sizes) {
    return sizes.length == 0 ? SCALAR : new Shape(sizes.clone());
  }

  public int rank() {
    return sizes.length;
  }

  /** The number of elements. */
  public long numel() {
    return numel;
  }

  /** The size of one dimension; negative dimensions count from the last, as in Python. */
  public long size(int dim) {
    return sizes[dim < 0 ? dim + sizes.length : dim];
  }

  /** A fresh array of the sizes. */
  public long[] sizes() {
    return sizes.clone();
  }

  /**
   * Turns a dimension that may be negative into one from 0 to rank-1.
   *
   * @throws JacquardException naming {@code op} if there is no such dimension
   */
  public int dim(String op, int dim) {
    int positive = dim < 0 ? dim + rank() : dim;
    if (positive < 0 || positive >= rank()) {
      throw new JacquardException(
          op + ": dimension " + dim + " does not exist in shape " + this + ", expected "
              + (rank() == 0 ? "none (it is a scalar)." : -rank() + " to " + (rank() - 1) + "."));
    }
    return positive;
  }

  /** This shape with the size of one dimension replaced. */
  public Shape with(int dim, long size) {
    var changed = sizes.clone();
    changed[dim] = size;
    return new Shape(changed);
  }

  /** This shape without one dimension. */
  public Shape without(int dim) {
    var fewer = new long[rank() - 1];
    System.arraycopy(sizes, 0, fewer, 0, dim);
    System.arraycopy(sizes, dim + 1, fewer, dim, fewer.length - dim);
    return new Shape(fewer);
  }

  /** This shape with a dimension inserted before {@code dim}. */
  public Shape insert(int dim, long size) {
    var more = new long[rank() + 1];
    System.arraycopy(sizes, 0, more, 0, dim);
    more[dim] = size;
    System.arraycopy(sizes, dim, more, dim + 1, rank() - dim);
    return new Shape(more);
  }

  /**
   * The shape to which two shapes broadcast: aligned at the last dimension, a size of 1 stretches.
   *
   * @throws JacquardException naming {@code op}, both shapes and the dimension that does not fit
   */
  public static Shape broadcast(String op, Shape a, Shape b) {
    if (a.equals(b)) return a;
    int rank = Math.max(a.rank(), b.rank());
    var sizes = new long[rank];
    for (int back = 1; back <= rank; back++) {
      long x = back <= a.rank() ? a.size(-back) : 1;
      long y = back <= b.rank() ? b.size(-back) : 1;
      if (x != y && x != 1 && y != 1) {
        throw new JacquardException(
            op + ": shapes " + a + " and " + b + " do not broadcast: dimension -" + back
                + " has sizes " + x + " and " + y
                + ". Sizes must be equal or 1; reshape or expand one of the two.");
      }
      sizes[rank - back] = x == 1 ? y : x;
    }
    return new Shape(sizes);
  }

  @Override
  public boolean equals(Object other) {
    return this == other || other instanceof Shape that && Arrays.equals(sizes, that.sizes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(sizes);
  }

  /** As Python prints a list: {@code [32, 1, 28, 28]}. */
  @Override
  public String toString() {
    return Arrays.toString(sizes);
  }
}
