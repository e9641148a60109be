package io.jacquard.cpu;

/** Brings elements that lie apart together, and back: kernels run on contiguous blocks only. */
final class Strided {
  private Strided() {}

  /**
   * Copies elements {@code start} to {@code start + n} of the loops from {@code from} on into a contiguous block.
   *
   * @param base the address of the loops' first element
   */
  static void gather(Nest nest, int operand, int from, int elementBytes, long base, long start, long n,
      long block) {
    move(nest, operand, from, elementBytes, base, start, n, block, true);
  }

  /** The reverse of {@link #gather}. */
  static void scatter(Nest nest, int operand, int from, int elementBytes, long base, long start, long n,
      long block) {
    move(nest, operand, from, elementBytes, base, start, n, block, false);
  }

  private static void move(Nest nest, int operand, int from, int elementBytes, long base, long start, long n,
      long block, boolean in) {
    int last = nest.rank() - 1;
    long inner = nest.sizes()[last];
    long stride = nest.strides()[operand][last];
    // The loop round the innermost one is counted through, others are reached by division.
    boolean nested = last > from;
    long middle = nested ? nest.sizes()[last - 1] : 1;
    long step = nested ? nest.strides()[operand][last - 1] : 0;
    long column = start % inner;
    long row = start / inner;
    long done = 0;
    while (done < n) {
      long far = base + nest.position(operand, from, last, row);
      for (long left = middle - row % middle; left > 0 && done < n; left--, row++, far += step) {
        int run = (int) Math.min(inner - column, n - done);
        long near = block + done * elementBytes;
        if (in)
          copy(elementBytes, far + column * stride, stride, near, elementBytes, run);
        else
          copy(elementBytes, near, elementBytes, far + column * stride, stride, run);
        done += run;
        column = 0;
      }
    }
  }

  /** Copies n elements from one stride to another, in bytes. */
  static void copy(int elementBytes, long from, long fromStride, long to, long toStride, int n) {
    switch (elementBytes) {
      case 4 -> {
        for (int k = 0; k < n; k++) Memory.setInt(to + k * toStride, Memory.getInt(from + k * fromStride));
      }
      case 8 -> {
        for (int k = 0; k < n; k++) Memory.setLong(to + k * toStride, Memory.getLong(from + k * fromStride));
      }
      case 2 -> {
        for (int k = 0; k < n; k++)
          Memory.setShort(to + k * toStride, Memory.getShort(from + k * fromStride));
      }
      default -> {
        for (int k = 0; k < n; k++) Memory.setByte(to + k * toStride, Memory.getByte(from + k * fromStride));
      }
    }
  }
}
