package io.jacquard.cpu;

import java.util.concurrent.atomic.AtomicReferenceArray;

/** The {@link IndexedKernel}s of a backend, and the shapes of their tiles. */
final class IndexedKernels {
  /** Wider tiles would leave too few rows. */
  private static final int MOST_VECTORS = Simd.REGISTERS >= 32 ? 4 : 2;
  /** Rows of a tile that is so many vectors wide; sums, a row of b and an element of a fit the registers. */
  private static final int[] ROWS = Simd.REGISTERS >= 32 ? new int[]{0, 8, 8, 8, 6} : new int[]{0, 8, 6};
  /** A multiple of the rows of all tiles: where rows may be cut. */
  static final int UNIT = 24;
  /** By width; a cache of those that are compiled, the same for every backend of the process. */
  private static final AtomicReferenceArray<IndexedKernel> COMPILED = new AtomicReferenceArray<>(
      MOST_VECTORS + 1);

  private final KernelCompiler compiler;
  private final AtomicReferenceArray<IndexedKernel> inUse = new AtomicReferenceArray<>(MOST_VECTORS + 1);

  IndexedKernels(KernelCompiler compiler) {
    this.compiler = compiler;
  }

  /** How many vectors wide tiles are for so many columns: tiles of equal width, none of them wider than is good. */
  static int vectors(int columns) {
    int vectors = Math.ceilDiv(Math.max(1, columns), Simd.LANES);
    return Math.ceilDiv(vectors, Math.ceilDiv(vectors, MOST_VECTORS));
  }

  /** How many rows tiles of a width have. */
  static int rows(int vectors) {
    return ROWS[vectors];
  }

  /** The fastest kernel that there is now. */
  IndexedKernel get(int vectors) {
    var known = inUse.get(vectors);
    if (known != null) return known;
    var first = first(vectors);
    // Several threads may come here at once; only one of them has the kernel compiled.
    if (inUse.compareAndSet(vectors, null, first) && first instanceof ColdIndexedKernel
        && compiler.mode == KernelCompiler.Mode.WHEN_READY) {
      compiler.inTurns(new IndexedKernelWarmup(vectors, kernel -> {
        COMPILED.set(vectors, kernel);
        inUse.set(vectors, kernel);
      }));
    }
    return first;
  }

  private IndexedKernel first(int vectors) {
    var compiled = COMPILED.get(vectors);
    return switch (compiler.mode) {
      case WHEN_READY -> compiled != null ? compiled : new ColdIndexedKernel(rows(vectors), vectors);
      case AT_ONCE -> IndexedKernelWriter.write(rows(vectors), vectors);
      case NEVER -> new ColdIndexedKernel(rows(vectors), vectors);
    };
  }
}
