package io.jacquard.cpu;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Makes classes for programs, on a thread of its own, and runs them on scratch data until C2 has compiled them. Before
 * that, each vector operation allocates and takes a hundred times longer.
 *
 * <p>A vector kernel is ready when it no longer allocates. One that never gets there, because it is too long for C2 to
 * inline all of it, is dropped: its program stays with the interpreter, which is slower but not that slow.
 */
final class KernelCompiler implements AutoCloseable {
  private static final int BATCH = 16;
  private static final int ELEMENTS = 64;
  private static final long PATIENCE_NANOS = 5_000_000_000L;
  /** Batches in a row without allocation after which a kernel counts as compiled. */
  private static final int CLEAN_BATCHES = 8;
  private static final int SCALAR_CALLS = 4000;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final ThreadPoolExecutor thread;

  /** When generated classes take over. */
  enum Mode {
    /** When they are compiled, for programs that are used enough to be worth it. */
    WHEN_READY,
    /** At once, however slow they are at first: for tests. */
    AT_ONCE,
    /** Never: for tests, too. */
    NEVER
  }

  final Mode mode;

  KernelCompiler(Mode mode) {
    this.mode = mode;
    thread = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
      var made = new Thread(work, "jacquard-cpu-compiler");
      made.setDaemon(true);
      return made;
    });
    thread.allowCoreThreadTimeOut(true);
    if (mode == Mode.WHEN_READY) thread.execute(this::warmLoops);
  }

  /** Runs {@code work} on this compiler's thread, after what was asked for before. */
  void inBackground(Runnable work) {
    thread.execute(work);
  }

  void request(KernelSlot slot) {
    if (!thread.isShutdown())
      thread.execute(() -> compile(slot));
  }

  private void compile(KernelSlot slot) {
    var kernel = KernelWriter.write(slot.code(), slot.broadcast());
    if (warm(slot.code(), slot.broadcast(), kernel))
      slot.replace(kernel);
  }

  private void warmLoops() {
    var scratch = Scratch.mine();
    long mark = scratch.mark();
    long memory = scratch.take(64L * Simd.BYTES);
    Memory.fill(memory, 64L * Simd.BYTES, (byte) 0);
    if (untilNothingIsAllocated(() -> FloatFolds.warm(memory))) FloatFolds.useVectors();
    if (untilNothingIsAllocated(() -> Random.warm(memory))) Random.useVectors();
    scratch.release(mark);
  }

  /** Runs a kernel until it is compiled; false if it never is. */
  boolean warm(Code code, boolean[] broadcast, Kernel kernel) {
    var scratch = Scratch.mine();
    long mark = scratch.mark();
    try {
      var at = new long[code.operands()];
      for (int p = 0; p < at.length; p++) {
        at[p] = scratch.take(ELEMENTS * 8L);
        Memory.fill(at[p], ELEMENTS * 8L, (byte) 0);
      }
      var params = new long[64];
      if (!KernelShape.isVector(code, broadcast)) {
        for (int i = 0; i < SCALAR_CALLS; i++)
          kernel.run(at, params, 0, ELEMENTS - 3);
        return true;
      }
      return untilNothingIsAllocated(() -> kernel.run(at, params, 0, ELEMENTS));
    } finally {
      scratch.release(mark);
    }
  }

  private boolean untilNothingIsAllocated(Runnable body) {
    long start = System.nanoTime();
    for (int clean = 0; clean < CLEAN_BATCHES;) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < BATCH; i++)
        body.run();
      clean = threads.getCurrentThreadAllocatedBytes() - before < 1024 ? clean + 1 : 0;
      if (clean == 0 && (System.nanoTime() - start > PATIENCE_NANOS || thread.isShutdown())) return false;
    }
    return true;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
