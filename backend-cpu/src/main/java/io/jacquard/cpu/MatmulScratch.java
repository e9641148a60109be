package io.jacquard.cpu;

import java.lang.foreign.Arena;

/** The memory that one thread needs for matrix products. It is allocated once and dies with the thread. */
final class MatmulScratch {
  private static final ThreadLocal<MatmulScratch> SCRATCH = ThreadLocal.withInitial(MatmulScratch::new);

  /** A packed block of A. */
  final long block;

  /** One tile of C, for tiles that cannot be computed in place. */
  final long tile;

  private final Arena arena = Arena.ofAuto();
  private Arena panelArena = Arena.ofAuto();
  private long panels;
  private long panelBytes;

  private MatmulScratch() {
    block = Memory.allocateFor(arena, MatmulPlan.BLOCK_BYTES);
    tile = Memory.allocateFor(arena, MicroKernels.LARGEST_TILE_BYTES);
  }

  static MatmulScratch ofThread() {
    return SCRATCH.get();
  }

  /** Room for packed panels of B: the same memory as before, or a larger one when it is too small. */
  long panels(long bytes) {
    if (bytes > panelBytes) {
      panelArena = Arena.ofAuto();
      panels = Memory.allocateFor(panelArena, bytes);
      panelBytes = bytes;
    }
    return panels;
  }
}
