package io.jacquard.cpu;

import java.lang.foreign.Arena;

/** Tables of offsets for {@link IndexedKernel}s, off the heap. They live as long as this object. */
final class OffsetTables {
  private final Arena arena = Arena.ofAuto();

  /** Where {@code entries} longs will lie, together with so many more that repeat the last one. */
  long rows(long[] offsets, int repeats) {
    long table = Memory.allocateFor(arena, (long) (offsets.length + repeats) * IndexedKernel.ROW);
    for (int i = 0; i < offsets.length + repeats; i++) {
      long offset = offsets.length == 0 ? 0 : offsets[Math.min(i, offsets.length - 1)];
      Memory.setLong(table + (long) i * IndexedKernel.ROW, offset);
    }
    return table;
  }

  /** The pairs of two arrays of equal length. */
  long steps(long[] first, long[] second) {
    long table = Memory.allocateFor(arena, (long) first.length * IndexedKernel.STEP);
    for (int k = 0; k < first.length; k++) {
      Memory.setLong(table + (long) k * IndexedKernel.STEP, first[k]);
      Memory.setLong(table + (long) k * IndexedKernel.STEP + Long.BYTES, second[k]);
    }
    return table;
  }
}
