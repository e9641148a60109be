package io.jacquard.cpu;

import io.jacquard.spi.KernelCompilation;
import java.lang.System.Logger.Level;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * Makes classes for programs, on a thread of its own, and runs them on scratch data until C2 has compiled them. Before
 * that, each vector operation allocates and takes a hundred times longer.
 *
 * <p>All that is being warmed takes turns, so that C2 works on one thing while others still count calls, and what is
 * asked for late does not wait for all that came before.
 */
final class KernelCompiler implements AutoCloseable {
  private static final int ELEMENTS = 64;
  /** More than one, so that C2 sees the loop over rows turn. */
  private static final int ROWS = 2;
  private static final int PLACES = 64;
  private static final int PARAMS = 64;
  /** Calls after which a scalar kernel counts as compiled; it is not so slow before that. */
  private static final int SCALAR_CALLS = 4000;
  private static final int SCALAR_TURN = 200;

  /**
   * Opened by the third result that the program reads. Until then all that it does is done for the first time, and both its own
   * classes and Java's compilers need the processor: what is warmed beside that makes it wait, and is ready hardly earlier. So
   * nothing is warmed before, unless that takes long. A training reads its first result in the middle of its first step, whose
   * other half is new, too. Of the whole process, since only its start is like that.
   */
  private static final CountDownLatch FIRST_RESULTS = new CountDownLatch(3);
  private static final long FIRST_RESULTS_MILLIS = 500;

  private final ScheduledThreadPoolExecutor thread;
  /** On which everything is warmed, by turns. */
  private final Ground ground = new Ground();
  /** What was asked for and is not in use yet. */
  private final Set<Object> underWay = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean waits = new AtomicBoolean();

  /** When generated classes take over. */
  enum Mode {
    /** When they are compiled, for programs that are used enough to be worth it. */
    WHEN_READY,
    /** At once, however slow they are at first: for tests. */
    AT_ONCE,
    /** Never: for tests, too. */
    NEVER
  }

  /** Something that is run until it is compiled, a little at a time. */
  @FunctionalInterface
  interface Warming {
    /** Runs it a little; true when it needs no more turns. */
    boolean turn();

    /** Milliseconds until the next turn. */
    default long pause() {
      return 0;
    }
  }

  /** Written loops, each warmed when it is first needed: what a program does not use shall not keep C2 busy. */
  enum Loops {
    // Lambdas, since references to methods would link these classes together with this one, Vector API or
    // not.
    FOLDS("vector folds", at -> FloatFolds.vectors().warm(at), () -> LoopWriter.count(FloatFolds.vectors()),
        () -> FloatFolds.useVectors()),
    LAYER_NORM("layer norm", at -> NormRows.vectors().warm(at), () -> LoopWriter.count(NormRows.vectors()),
        () -> NormRows.useVectors()),
    BATCH_NORM("batch norm", at -> NormColumns.vectors().warm(at),
        () -> LoopWriter.count(NormColumns.vectors()),
        () -> NormColumns.useVectors()),
    BATCH_NORM_RELU("batch norm with ReLU", at -> NormReluColumns.vectors().warm(at),
        () -> LoopWriter.count(NormReluColumns.vectors()),
        () -> NormReluColumns.useVectors()),
    SOFTMAX("softmax", at -> SoftmaxRows.vectors().warm(at), () -> LoopWriter.count(SoftmaxRows.vectors()),
        () -> SoftmaxRows.useVectors()),
    ATTENTION("attention", at -> AttentionRows.vectors().warm(at),
        () -> LoopWriter.count(AttentionRows.vectors()),
        () -> AttentionRows.useVectors()),
    DEPTHWISE("depthwise convolutions", at -> DepthwiseRows.vectors().warm(at),
        () -> LoopWriter.count(DepthwiseRows.vectors()),
        () -> DepthwiseRows.useVectors()),
    WINOGRAD("Winograd convolutions", at -> WinogradRows.loops(true).warm(at),
        () -> LoopWriter.count(WinogradRows.loops(true)),
        () -> WinogradRows.useVectors()),
    NARROW("narrow convolutions", at -> NarrowRows.loops(true).warm(at),
        () -> LoopWriter.count(NarrowRows.loops(true)),
        () -> NarrowRows.useVectors()),
    TRANSPOSED_COPIES("transposed copies", at -> Transposer.warm(at), () -> Transposer.count(),
        () -> Transposer.useVectors()),
    RANDOM("vector random numbers", at -> Random.warm(at), () -> Random.count(),
        () -> Random.useVectors());

    private final String what;
    final LongConsumer body;
    final Runnable idle;
    private final Runnable use;

    Loops(String what, LongConsumer body, Runnable idle, Runnable use) {
      this.what = what;
      this.body = body;
      this.idle = idle;
      this.use = use;
    }
  }

  final Form form;
  final Mode mode;
  /** Asked by the one thread that calls the backend. */
  private final Set<Loops> needed = EnumSet.noneOf(Loops.class);

  /** Compiles vector code. */
  KernelCompiler(Mode mode) {
    this(new VectorForm(), mode);
  }

  KernelCompiler(Form form, Mode mode) {
    this.form = form;
    this.mode = mode;
    thread = new ScheduledThreadPoolExecutor(1, work -> {
      var made = new Thread(work, "jacquard-cpu-compiler");
      made.setDaemon(true);
      return made;
    }, new ThreadPoolExecutor.DiscardPolicy()) { // what comes after the end is no longer wanted
      @Override
      protected void terminated() {
        ground.close(); // not before: a turn may still be running on it when the backend is closed
      }
    };
    thread.setKeepAliveTime(10, TimeUnit.SECONDS);
    thread.allowCoreThreadTimeOut(true);
  }

  /** Where what is given turns may run. */
  Ground ground() {
    return ground;
  }

  /** Gives {@code warming} its turns, among others, until it needs no more. */
  void inTurns(Warming warming) {
    underWay.add(warming);
    turn(warming);
  }

  /** The same for what is to be made first, which takes a while, on the thread that warms. */
  void makeAndTurn(Supplier<? extends Warming> warming) {
    underWay.add(warming);
    execute(warming, () -> {
      inTurns(warming.get());
      underWay.remove(warming);
    });
  }

  private void turn(Warming warming) {
    execute(warming, () -> {
      ground.clear();
      if (warming.turn()) underWay.remove(warming);
      else again(warming);
    });
  }

  /** Whether something is going to be faster soon; what takes so long that it has rare turns is not waited for. */
  boolean isPreparing() {
    return underWay.stream()
        .anyMatch(work -> !(work instanceof Warming warming) || warming.pause() < UntilCompiled.RARE_MILLIS);
  }

  /** A result was read from the backend. */
  void resultIsRead() {
    FIRST_RESULTS.countDown();
  }

  private static void awaitFirstResults() {
    try {
      if (FIRST_RESULTS.await(FIRST_RESULTS_MILLIS, TimeUnit.MILLISECONDS)) return;
      while (FIRST_RESULTS.getCount() > 0) FIRST_RESULTS.countDown();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // the end of the backend, and of this thread
    }
  }

  private void execute(Object what, Runnable work) {
    if (FIRST_RESULTS.getCount() > 0 && waits.compareAndSet(false, true))
      thread.execute(KernelCompiler::awaitFirstResults); // before all else that the thread does
    thread.execute(() -> {
      try {
        work.run();
      } catch (RuntimeException | Error e) {
        underWay.remove(what);
        System.getLogger("io.jacquard.cpu").log(Level.ERROR, "Preparing a kernel failed; slower code serves.",
            e);
      }
    });
  }

  private void again(Warming warming) {
    if (warming.pause() == 0) turn(warming);
    else thread.schedule(() -> turn(warming), warming.pause(), TimeUnit.MILLISECONDS);
  }

  /** Has loops that are used now compiled, if that has not been asked for yet. */
  void need(Loops loops) {
    if (mode != Mode.WHEN_READY || !form.hasVectors() || !needed.add(loops)) return;
    inTurns(new UntilCompiled(loops.what, () -> loops.body.accept(ground.address), loops.idle,
        UntilCompiled.FEW_IDLE, loops.use));
  }

  /** Makes a class for a program, and puts it in the interpreter's place when it is compiled. */
  void request(KernelSlot slot) {
    makeAndTurn(() -> warming(slot));
  }

  /** Whether the kernel for a program is to have a loop on vectors. */
  boolean makesVectors(Code code, boolean[] broadcast) {
    return form.hasVectors() && KernelShape.isVector(code, broadcast);
  }

  private Warming warming(KernelSlot slot) {
    var code = slot.code();
    boolean vectors = makesVectors(code, slot.broadcast());
    var kernel = KernelCompilation.during("cpu", code.name(),
        () -> KernelWriter.write(code, slot.broadcast(), vectors));
    var at = new long[2 * code.operands()];
    for (int p = 0; p < code.operands(); p++) at[p] = ground.address + p % PLACES * ELEMENTS * 8L;
    var params = new long[PARAMS];
    if (vectors) {
      return new UntilCompiled(code.name(), () -> kernel.run(at, params, 0, ELEMENTS, ROWS),
          () -> kernel.run(at, params, 0, ELEMENTS, 0), UntilCompiled.IDLE, () -> slot.replace(kernel));
    }
    int[] calls = {0};
    return () -> {
      for (int i = 0; i < SCALAR_TURN; i++) kernel.run(at, params, 0, ELEMENTS - 3, 1);
      calls[0] += SCALAR_TURN;
      if (calls[0] < SCALAR_CALLS) return false;
      slot.replace(kernel);
      return true;
    };
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
