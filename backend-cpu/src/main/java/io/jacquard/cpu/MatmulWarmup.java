package io.jacquard.cpu;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs what matrix products need until C2 has compiled it: the full tiles of every width in the modes that networks
 * use, the transposer, and the code around them.
 *
 * <p>Compiled code is told from code that is not by what it allocates: until C2 is done each vector is an object. All
 * tasks take turns, so that the compiler threads work on some while others still count calls.
 */
final class MatmulWarmup {
  /** Calls between two looks at what was allocated. */
  private static final int BATCH = 200;

  /** When to give up: on a busy machine C2's queue is long, and without C2 it would never end. */
  private static final long LIMIT_NANOS = 10_000_000_000L;

  /** Few steps, since a turn of a loop is what takes time before C2; more than one, so that loops are seen to turn. */
  private static final int DEPTH = 2;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final int columns = MicroKernels.vectors(MicroKernels.ROWS) * Simd.LANES;
  private final int rows = 2 * MicroKernels.ROWS;
  private final long rowBytes = (long) columns * Float.BYTES;
  private final List<Runnable> tasks = new ArrayList<>();

  /** Returns the number of tasks that were given up: 0 unless the machine is very busy or C2 is switched off. */
  static int run() {
    return new MatmulWarmup().runAll();
  }

  private int runAll() {
    long bytes = (rows + Math.max(DEPTH, Simd.LANES) + 1) * rowBytes + (long) rows * DEPTH * Float.BYTES;
    long memory = Memory.allocate(bytes);
    try (var workers = Workers.of(1)) {
      Memory.fill(memory, bytes, (byte) 0);
      long c = memory;
      long b = c + rows * rowBytes;
      long bias = b + Math.max(DEPTH, Simd.LANES) * rowBytes;
      long a = bias + rowBytes;
      addKernels(a, b, c, bias);
      var transposer = Transposer.get();
      tasks.add(() -> transposer.run(1, b, rowBytes, c, rowBytes));
      int slow = runTasks();
      // Only now, so that they run on compiled kernels.
      addProducts(new Matmul(workers), a, b, c, bias);
      return slow + runTasks();
    } finally {
      Memory.free(memory);
    }
  }

  private int runTasks() {
    for (long start = System.nanoTime(); !tasks.isEmpty() && System.nanoTime() - start < LIMIT_NANOS;) {
      tasks.removeIf(MatmulWarmup::isCompiled);
    }
    int slow = tasks.size();
    tasks.clear();
    return slow;
  }

  private static boolean isCompiled(Runnable task) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < BATCH; i++) {
      task.run();
    }
    return THREADS.getCurrentThreadAllocatedBytes() == before;
  }

  private void addKernels(long a, long b, long c, long bias) {
    for (var mode : MicroKernel.Mode.values()) {
      for (int vectors = columns / Simd.LANES; vectors >= 1 && mode != MicroKernel.Mode.SCALE; vectors--) {
        var kernel = MicroKernels.get(mode, MicroKernels.ROWS, vectors);
        tasks.add(() -> kernel.run(DEPTH, a, (long) DEPTH * Float.BYTES, Float.BYTES, b, rowBytes, c,
            rowBytes, bias,
            1f));
      }
    }
  }

  private void addProducts(Matmul matmul, long a, long b, long c, long bias) {
    var byRows = Matrix.of(a, DEPTH, 1);
    var byColumns = Matrix.of(a, 1, rows);
    var weights = Matrix.of(b, columns, 1);
    var turnedWeights = Matrix.of(b, 1, DEPTH);
    var result = Matrix.of(c, columns, 1);
    var relu = Epilogue.biasRelu(bias, 1);
    var none = Epilogue.NONE;
    tasks.add(() -> matmul.run(1, rows, columns, DEPTH, 1f, byRows, weights, 0f, result, relu));
    tasks.add(() -> matmul.run(1, rows, columns, DEPTH, 1f, byColumns, weights, 0f, result, none));
    tasks.add(() -> matmul.run(1, rows, columns, DEPTH, 1f, byRows, turnedWeights, 1f, result, none));
    tasks.add(() -> matmul.run(1, rows, columns - 1, DEPTH, 1f, byRows, weights, 0f, result, relu));
  }
}
