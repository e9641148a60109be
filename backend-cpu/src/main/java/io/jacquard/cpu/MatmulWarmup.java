package io.jacquard.cpu;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Runs what matrix products with one kind of epilogue and tiles of one height need until C2 has compiled it: the tiles of
 * every width, the transposer, and then the code around them.
 *
 * <p>Compiled code is told from code that is not by what it allocates: until C2 is done each vector is an object. All
 * tasks take turns, so that the compiler threads work on some while others still count calls.
 */
final class MatmulWarmup implements KernelCompiler.Warming {
  /** Calls between two looks at what was allocated. */
  private static final int CALLS = 200;

  /** When to give up: on a busy machine C2's queue is long, and without C2 it would never end. */
  private static final long LIMIT_NANOS = 20_000_000_000L;

  /** Few steps, since a turn of a loop is what takes time before C2; more than one, so that loops are seen to turn. */
  private static final int DEPTH = 2;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final int tileRows;
  private final int columns;
  private final int rows;
  private final long rowBytes;
  private final Workers workers = Workers.of(1);
  private final Runnable use;
  private boolean inUse;
  /** Whether all tasks wait for C2; other threads ask, too. */
  private volatile boolean waits;
  private final long start = System.nanoTime();
  private final Queue<Task> tasks = new ArrayDeque<>();
  private final List<Task> later = new ArrayList<>();

  /**
   * Warms products with a kind of epilogue.
   *
   * @param tileRows rows of a tile: {@link MicroKernels#ROWS}, or fewer for products with fewer
   * @param ground of the thread that will run it
   * @param use called when all is compiled, or was given up
   */
  MatmulWarmup(Epilogue.Kind kind, int tileRows, Ground ground, Runnable use) {
    this.tileRows = tileRows;
    this.use = use;
    columns = MicroKernels.vectors(tileRows) * Simd.LANES;
    rows = isFull() ? 2 * tileRows : tileRows;
    rowBytes = (long) columns * Float.BYTES;
    long c = ground.address;
    long b = c + rows * rowBytes;
    long bias = b + Math.max(DEPTH, Simd.LANES) * rowBytes;
    long a = bias + rowBytes;
    addKernels(kind, a, b, c, bias);
    addProducts(kind, a, b, c, bias);
  }

  /** A kernel, or code around kernels, which has no idle call: it is fast as soon as they are. */
  private static final class Task {
    private final Runnable body;
    private final @Nullable Runnable idle;
    private int idleCalls;

    private Task(Runnable body, @Nullable Runnable idle) {
      this.body = body;
      this.idle = idle;
    }

    private boolean waits() {
      return idleCalls >= UntilCompiled.ASKED;
    }
  }

  @Override
  public boolean turn() {
    if (System.nanoTime() - start < LIMIT_NANOS) {
      var task = tasks.remove();
      if (!isCompiled(task)) tasks.add(task);
      if (tasks.isEmpty()) {
        useOnce(); // with compiled kernels the code around them is fast enough before C2 has seen it
        tasks.addAll(later);
        later.clear();
      }
      waits = !tasks.isEmpty() && tasks.stream().allMatch(Task::waits);
      if (!tasks.isEmpty()) return false;
    }
    workers.close();
    useOnce();
    return true;
  }

  private void useOnce() {
    if (!inUse) use.run();
    inUse = true;
  }

  @Override
  public long pause() {
    return waits ? UntilCompiled.WAITING_MILLIS : 0;
  }

  private boolean isFull() {
    return tileRows == MicroKernels.ROWS;
  }

  /** The number of tasks that are not compiled. */
  int left() {
    return tasks.size() + later.size();
  }

  private boolean isCompiled(Task task) {
    if (task.idle == null) return runsClean(task.body, CALLS);
    if (runsClean(task.body, 1) && runsClean(task.body, CALLS)) return true;
    for (int i = 0; i < UntilCompiled.IDLE; i++) task.idle.run();
    task.idleCalls += UntilCompiled.IDLE;
    return false;
  }

  private boolean runsClean(Runnable body, int calls) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < calls; i++) body.run();
    return UntilCompiled.isCompiled(THREADS.getCurrentThreadAllocatedBytes() - before, calls, start);
  }

  private void addKernels(Epilogue.Kind kind, long a, long b, long c, long bias) {
    for (int vectors = columns / Simd.LANES; vectors >= 1; vectors--) {
      var kernel = MicroKernels.get(kind.mode, tileRows, vectors);
      tasks.add(new Task(
          () -> kernel.run(DEPTH, a, (long) DEPTH * Float.BYTES, Float.BYTES, b, rowBytes, c, rowBytes,
              bias, 1f),
          () -> kernel.run(0, 0, 0, 0, 0, 0, 0, 0, 0, 0)));
    }
    if (kind != Epilogue.Kind.NONE || !isFull()) return;
    var transposer = Transposer.get();
    tasks.add(new Task(() -> transposer.run(1, b, rowBytes, c, rowBytes), Transposer::count));
  }

  private void addProducts(Epilogue.Kind kind, long a, long b, long c, long bias) {
    var matmul = new Matmul(workers);
    var byRows = Matrix.of(a, DEPTH, 1);
    var byColumns = Matrix.of(a, 1, rows);
    var weights = Matrix.of(b, columns, 1);
    var turnedWeights = Matrix.of(b, 1, DEPTH);
    var result = Matrix.of(c, columns, 1);
    var epilogue = kind.on(bias);
    later.add(
        new Task(() -> matmul.run(1, rows, columns, DEPTH, 1f, byRows, weights, 0f, result, epilogue), null));
    later.add(new Task(
        () -> matmul.run(1, rows, columns - 1, DEPTH, 1f, byRows, weights, 0f, result, epilogue), null));
    if (kind != Epilogue.Kind.NONE || !isFull()) return;
    later.add(new Task(
        () -> matmul.run(1, rows, columns, DEPTH, 1f, byColumns, weights, 0f, result, epilogue), null));
    later.add(new Task(
        () -> matmul.run(1, rows, columns, DEPTH, 1f, byRows, turnedWeights, 1f, result, epilogue), null));
  }
}
