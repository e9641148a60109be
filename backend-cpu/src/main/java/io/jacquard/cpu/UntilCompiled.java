package io.jacquard.cpu;

import com.sun.management.ThreadMXBean;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * Runs vector code until C2 has compiled it, which shows in that it no longer allocates: before that every vector is an
 * object. Then it is put to use.
 *
 * <p>C2 compiles what has been called some 5,000 times. Before that a vector operation runs in Java, lane by lane, and so many
 * of them keep C2 busy with the insides of the Vector API, which nobody calls afterwards. So many calls are idle: they end
 * before they do anything, and are counted all the same. Those that work show C2 which paths are taken.
 *
 * <p>Where that takes long, because C2 has much else to do, or because the code is too long for
 * it to inline all, the log says so; what it was to replace goes on serving, and turns become rare.
 */
final class UntilCompiled implements KernelCompiler.Warming {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int CALLS = 16;
  /** Idle calls of a turn, of a kernel. */
  static final int IDLE = 100;
  /**
   * Idle calls of a turn, of written loops. They use more of the Vector API than kernels, and where C2 had seen the insides of an
   * operation too rarely it left its vectors on the heap, for good: so it did for softmax with 45 idle calls for each that works.
   */
  static final int FEW_IDLE = 16;
  /** Idle calls after which C2 has been asked, by the launcher's options too, and the rest is waiting. */
  static final int ASKED = 24_000;
  /** Milliseconds until the next turn of what waits. */
  static final long WAITING_MILLIS = 16;
  /**
   * C2 now and then leaves a vector or two of a call on the heap, for good: that is as fast, and after a while it will do.
   * Before C2 a call leaves several times as much.
   */
  private static final int FEW_BYTES = 512;
  private static final long CONTENT_NANOS = 2_000_000_000L;
  /** Turns in a row without allocation after which code counts as compiled. */
  private static final int CLEAN_TURNS = 8;
  /** Milliseconds between turns of code that takes long. */
  static final long RARE_MILLIS = 100;
  /**
   * When code takes long: when this time has passed, and when it has had so much of a processor's. On a busy machine C2
   * gets as little of it.
   */
  private static final long PATIENT_NANOS = 20_000_000_000L;
  private static final long PATIENT_PROCESSOR_NANOS = 4_000_000_000L;

  /**
   * By default the JVM stops to count calls, and asks for more of them, while methods wait for C2, of which a small machine
   * has one thread. The launcher gives these options.
   */
  static final List<String> EARLIER = List.of("-XX:Tier3DelayOn=1000",
      "-XX:Tier4LoadFeedback=1000");

  private final String what;
  private final Runnable body;
  private final Runnable idle;
  private final int idles;
  private final Runnable use;
  private final long start = System.nanoTime();
  private long processorNanos;
  private int idleCalls;
  private int clean;
  private volatile boolean takesLong;

  /**
   * @param idle calls the code so that it does nothing
   * @param idles how often it does so in a turn
   * @param use puts the compiled code to use
   */
  UntilCompiled(String what, Runnable body, Runnable idle, int idles, Runnable use) {
    this.what = what;
    this.body = body;
    this.idle = idle;
    this.idles = idles;
    this.use = use;
  }

  /** Whether code that allocated so much in so many calls, having been warmed since {@code start}, is C2's. */
  static boolean isCompiled(long bytes, int calls, long start) {
    return bytes == 0 || bytes < (long) FEW_BYTES * calls && System.nanoTime() - start > CONTENT_NANOS;
  }

  @Override
  public boolean turn() {
    long began = THREADS.getCurrentThreadCpuTime();
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < CALLS; i++) body.run();
    long bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
    clean = isCompiled(bytes, CALLS, start) ? clean + 1 : 0;
    for (int i = 0; clean == 0 && i < idles; i++) idle.run();
    idleCalls += idles;
    processorNanos += THREADS.getCurrentThreadCpuTime() - began;
    if (clean >= CLEAN_TURNS) {
      use.run();
      return true;
    }
    if (!takesLong && processorNanos > PATIENT_PROCESSOR_NANOS
        && System.nanoTime() - start > PATIENT_NANOS) {
      takesLong = true;
      System.getLogger("io.jacquard.cpu").log(Level.WARNING,
          "The vector code of {0} is not compiled after {1} s; slower code serves until it is.{2}", what,
          PATIENT_NANOS / 1_000_000_000, hint(ManagementFactory.getRuntimeMXBean().getInputArguments()));
    }
    return false;
  }

  static String hint(List<String> options) {
    return options.containsAll(EARLIER) ? "" : " The JVM's options " + String.join(" ", EARLIER) + " help.";
  }

  @Override
  public long pause() {
    if (clean > 0) return 0;
    return takesLong ? RARE_MILLIS : idleCalls >= ASKED ? WAITING_MILLIS : 0;
  }
}
