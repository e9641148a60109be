package io.jacquard.cpu;

import com.sun.management.ThreadMXBean;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.util.function.Consumer;

/**
 * Runs an {@link IndexedKernel} until C2 has compiled it, as {@link UntilCompiled} does, with one difference. C1 gives up
 * on these kernels; where it tried at a time when C2 had much to do, it has left no profile, and the class then stays in
 * the interpreter for good. So what is not compiled after a while is written anew, as another class, and begins again.
 */
final class IndexedKernelWarmup implements KernelCompiler.Warming {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  /** Long enough for the loop itself to be noticed. */
  private static final int DEPTH = 256;
  private static final int CALLS = 16;
  /**
   * C2 may leave some vectors of a call on the heap, for good: that is as fast, and after a while it will do. Before C2 a
   * call leaves more than a hundred times as much.
   */
  private static final int FEW_BYTES = 4096;
  private static final long CONTENT_NANOS = 500_000_000L;
  /** Turns in a row without allocation after which a kernel counts as compiled. */
  private static final int CLEAN_TURNS = 8;
  /** Of the processor's time, for the first class; each further one gets as much more. */
  private static final long PATIENCE_NANOS = 2_000_000_000L;
  private static final int ATTEMPTS = 8;

  /**
   * Memory of its own, all zeros: as tables these say that everything lies in one place.
   */
  private final Arena arena = Arena.ofAuto();
  private final long tables;
  private final int vectors;
  private final Consumer<IndexedKernel> use;
  private IndexedKernel kernel;
  private int attempt = 1;
  private int clean;
  private long nanos;

  /** @param use gets the kernel when it is compiled */
  IndexedKernelWarmup(int vectors, Consumer<IndexedKernel> use) {
    this.vectors = vectors;
    long row = (long) vectors * Simd.BYTES;
    long bytes = DEPTH * IndexedKernel.STEP + 3 * row;
    tables = Memory.allocateFor(arena, bytes);
    Memory.fill(tables, bytes, (byte) 0);
    this.use = use;
    kernel = IndexedKernelWriter.write(IndexedKernels.rows(vectors), vectors);
  }

  @Override
  public boolean turn() {
    long began = THREADS.getCurrentThreadCpuTime();
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < CALLS; i++) call();
    long bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
    nanos += THREADS.getCurrentThreadCpuTime() - began;
    boolean compiled = bytes == 0 || bytes < (long) FEW_BYTES * CALLS && nanos > CONTENT_NANOS;
    clean = compiled ? clean + 1 : 0;
    if (clean >= CLEAN_TURNS) {
      use.accept(kernel);
      return true;
    }
    return nanos > attempt * PATIENCE_NANOS && !beginsAgain();
  }

  private boolean beginsAgain() {
    if (attempt == ATTEMPTS) {
      System.getLogger("io.jacquard.cpu").log(Level.WARNING,
          "The convolution tiles of {0} vectors were not compiled in {1} attempts; slower code goes on serving.",
          vectors, ATTEMPTS);
      return false;
    }
    attempt++;
    nanos = 0;
    clean = 0;
    kernel = IndexedKernelWriter.write(IndexedKernels.rows(vectors), vectors);
    return true;
  }

  private void call() {
    long row = (long) vectors * Simd.BYTES;
    long a = tables + DEPTH * IndexedKernel.STEP;
    kernel.run(DEPTH, a, tables, a, tables, a + row, tables, a + 2 * row);
  }
}
