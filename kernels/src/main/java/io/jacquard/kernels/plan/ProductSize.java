package io.jacquard.kernels.plan;

import org.jspecify.annotations.Nullable;

/**
 * The kinds of products that are multiplied alike, by their sizes alone; convolutions are products, too.
 *
 * <pre>{@code
 * var size = ProductSize.of(1, 1024, 1024, 512); // LARGE
 * }</pre>
 */
public enum ProductSize {
  /** With so few elements that large tiles leave most of a GPU idle. */
  SMALL,
  /** Between the two. */
  MEDIUM,
  /** With enough rows and columns for the largest tiles. */
  LARGE,
  /** A convolution, and the gradient of its input. */
  CONVOLUTION,
  /** The gradient of a convolution's weight. */
  CONVOLUTION_WEIGHT;

  private static final long FEW = 1 << 15;
  private static final long MANY = 512;
  private static final long NARROW = 16;

  /** Of matrices. Null for what is so narrow that there is nothing to choose: vectors, or a few columns. */
  public static @Nullable ProductSize of(long batch, long rows, long columns, long depth) {
    if (rows < NARROW / 2 || columns < NARROW) return null;
    if (isFew(batch, rows, columns, depth)) return SMALL;
    return rows >= MANY && columns >= MANY ? LARGE : MEDIUM;
  }

  /** Whether large tiles would leave most of a GPU idle. */
  public static boolean isFew(long batch, long rows, long columns, long depth) {
    return batch * rows * columns < FEW || depth < NARROW || rows == 1 || columns == 1;
  }
}
