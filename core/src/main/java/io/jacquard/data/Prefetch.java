package io.jacquard.data;

import io.jacquard.JacquardException;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads the batches of a walk ahead of their use: so many at a time, each by a virtual thread of its own into staging
 * memory of its own. They are handed out in the order of the walk, whichever was ready first.
 */
final class Prefetch implements AutoCloseable {
  private final HostDataset data;
  private final int[] order;
  private final int batchSize;
  private final int batches;
  private final long epoch;
  private final Arena arena = Arena.ofShared();
  private final @Nullable ExecutorService workers;
  private final ArrayDeque<Future<Staging>> coming = new ArrayDeque<>();
  private final ArrayDeque<Staging> free = new ArrayDeque<>();
  /** Handed out, and in use until the next call. */
  private @Nullable Staging present;
  /** The next batch to be begun. */
  private int next;
  private volatile boolean closed;

  /**
   * @param from the number of the first batch to hand out
   * @param ahead batches that are read at the same time; with 0 the calling thread reads them when they are wanted
   */
  Prefetch(HostDataset data, int[] order, int batchSize, int from, int batches, long epoch, int ahead) {
    this.data = data;
    this.order = order;
    this.batchSize = batchSize;
    this.batches = batches;
    this.epoch = epoch;
    next = from;
    int rows = Math.min(batchSize, order.length);
    int slots = Math.min(ahead, batches - from);
    for (int i = 0; i < slots + 1; i++) free.add(new Staging(data, rows, arena));
    workers = slots == 0 ? null : Executors.newVirtualThreadPerTaskExecutor();
    for (int i = 0; i < slots; i++) begin(free.remove());
  }

  private void begin(Staging into) {
    if (next == batches || workers == null) {
      free.add(into);
      return;
    }
    int batch = next++;
    coming.add(workers.submit(() -> fill(into, batch)));
  }

  private Staging fill(Staging into, int batch) {
    int from = batch * batchSize;
    int size = Math.min(batchSize, order.length - from);
    for (int i = 0; i < size && !closed; i++) into.read(data, order[from + i], epoch, i);
    return into;
  }

  /** The next batch, which is valid until the next call. There must be one. */
  Staging next() {
    if (present != null) begin(present);
    present = workers == null ? fill(free.remove(), next++) : await(coming.remove());
    return present;
  }

  /** A batch that was handed out before, read anew by the calling thread. */
  Staging again(int batch, Arena arena) {
    return fill(new Staging(data, Math.min(batchSize, order.length), arena), batch);
  }

  private static Staging await(Future<Staging> batch) {
    try {
      return batch.get();
    } catch (ExecutionException e) {
      // Anew, so that the trace shows who wanted the batch, too.
      if (e.getCause() instanceof JacquardException problem)
        throw new JacquardException(String.valueOf(problem.getMessage()), problem);
      throw new IllegalStateException("reading a batch failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      var cancelled = new CancellationException("interrupted while waiting for a batch");
      cancelled.initCause(e);
      throw cancelled;
    }
  }

  /** Stops the workers, each after the sample that it is at, and gives the staging memory back. */
  @Override
  public void close() {
    if (closed) return;
    closed = true;
    if (workers != null) {
      workers.shutdownNow();
      boolean interrupted = false;
      // The memory may go only when nobody writes to it any more.
      while (!workers.isTerminated()) {
        try {
          workers.awaitTermination(1, TimeUnit.DAYS);
        } catch (InterruptedException _) {
          interrupted = true;
        }
      }
      if (interrupted) Thread.currentThread().interrupt();
    }
    arena.close();
  }
}
