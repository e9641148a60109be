package io.jacquard.kernels;

import io.jacquard.DType;

/**
 * How {@link AttentionKernel} shares attention out.
 *
 * @param items along each side of a work-group's square ({@code attention_tiled.c}); 1 for an item of a CPU with vectors
 *        ({@code attention_vectors.c})
 * @param block rows, and others that meet them at a time
 * @param columns of the result that a work-group computes
 * @param depth how much of the depth of a product is copied at a time
 */
public record AttentionTile(int items, int block, int columns, int depth) {
  /** Items of a work-group with matrix instructions: 4 warps. */
  public static final int MATRIX_GROUP = 128;

  public AttentionTile {
    if (items < 1 || block % items != 0 || columns % items != 0 || depth < 1)
      throw new IllegalArgumentException(
          "no such tile: " + items + " items, " + block + " rows, " + columns + " columns, depth " + depth);
  }

  /** A tile for CPUs, for so many columns at least if one exists. */
  public static AttentionTile vectors(DType type, long columns) {
    int least = 2 * Vectors.lanes(type);
    return new AttentionTile(1, 32, least(least, 128, columns), 64);
  }

  /** A tile for GPUs, for so many columns at least if one exists. */
  public static AttentionTile shared(int items, int each, long columns) {
    return new AttentionTile(items, items * each, least(items, 4 * items, columns),
        Math.min(16, items * each));
  }

  /** A tile for matrix instructions, of which only rows and columns count; for so many columns at least if one exists. */
  public static AttentionTile matrix(long columns) {
    return new AttentionTile(1, 64, least(32, 128, columns), 1);
  }

  private static int least(int from, int most, long columns) {
    int size = from;
    while (size < columns && size < most) size *= 2;
    return size;
  }

  /** Whether an item drives a CPU's whole SIMD unit. */
  public boolean isOfVectors() {
    return items == 1;
  }

  /** Items in a work-group. */
  public int group() {
    return items * items;
  }

  /** The length of a row of a block in shared memory: one more, so that rows fall into other banks. */
  int pitch() {
    return block + 1;
  }

  /** Numbers in shared memory for what is copied, and for sums across items. */
  int pool() {
    return Math.max(2 * depth * pitch(), Math.max(depth * columns, block * items));
  }

  /** Bytes of shared memory. */
  public long sharedBytes(DType type) {
    return isOfVectors() ? 0 : (long) (pool() + block * pitch()) * type.bytes();
  }
}
