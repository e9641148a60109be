package io.jacquard.cpu;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * The threads that share the work of one operation. These are the only threads that compute.
 *
 * <p>A job is cut into parts by its shape, never by the number of threads, and parts do not depend on one another:
 * so it does not matter who runs which, and the results are the same bits on any number of threads. The caller works
 * too. Workers spin for about 50 us after a job, in which the next one starts in well under a microsecond, and then
 * park, after which it takes some 25 us. Nothing is allocated by {@link #run}.
 *
 * <pre>{@code
 * try (var workers = Workers.of(2)) {
 *   workers.run(16, part -> sum[part] = sumOf(rows(part)));
 * }
 * }</pre>
 */
final class Workers implements AutoCloseable {
  /** What is done for each part. */
  @FunctionalInterface
  interface Job {
    void run(int part);
  }

  private static final long SPIN_NANOS = 50_000;

  /** How often a spinning worker looks at the clock, in turns of its loop. */
  private static final int CLOCK_MASK = 63;

  /** Turns after which a caller that waits for the last parts lets other threads of the machine run. */
  private static final int PATIENCE = 10_000;

  private static final AtomicInteger POOLS = new AtomicInteger();

  /**
   * The parts of the current job in the high half and the next one to hand out in the low half. Taking a part is one
   * atomic addition, and whoever gets a number below the count holds the job up until that part is done; so a worker
   * that comes late can never mistake one job for another.
   */
  private final AtomicLong tickets = new AtomicLong();

  private final AtomicInteger done = new AtomicInteger();
  private final AtomicReference<Thread> caller = new AtomicReference<>();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final Worker[] workers;
  private volatile Job job = part -> {};
  private volatile boolean closed;

  private Workers(int threads) {
    int pool = POOLS.incrementAndGet();
    workers = new Worker[threads - 1];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker("jacquard-cpu-" + pool + "-" + (i + 1));
      workers[i].start();
    }
  }

  /**
   * A pool in which {@code threads} threads compute: the caller of {@link #run} and {@code threads - 1} daemons.
   *
   * @throws IllegalArgumentException if {@code threads} is below 1
   */
  static Workers of(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("cannot compute with " + threads + " threads; expected 1 or more");
    }
    return new Workers(threads);
  }

  /** How many threads compute, the caller included. */
  int threads() {
    return workers.length + 1;
  }

  /**
   * Runs {@code job} for every part from 0 to {@code parts - 1} and returns when all are done.
   *
   * <p>Called from inside a part, or while another thread uses the pool, it runs all parts on the calling thread.
   * If a part throws, parts not yet begun are skipped and what it threw is thrown here.
   */
  void run(int parts, Job job) {
    if (closed) {
      throw new IllegalStateException("these workers are closed");
    }
    if (parts <= 1 || workers.length == 0 || isInside()
        || !caller.compareAndSet(null, Thread.currentThread())) {
      for (int part = 0; part < parts; part++) {
        job.run(part);
      }
      return;
    }
    try {
      share(parts, job);
    } finally {
      caller.setRelease(null);
    }
  }

  private boolean isInside() {
    var current = Thread.currentThread();
    return caller.getPlain() == current || current instanceof Worker worker && worker.pool() == this;
  }

  private void share(int parts, Job job) {
    this.job = job;
    done.set(0);
    tickets.set((long) parts << 32);
    int helpers = Math.min(workers.length, parts - 1);
    for (int i = 0; i < helpers; i++) {
      workers[i].wake();
    }
    takeParts();
    for (int turn = 0; done.get() < parts; turn++) {
      if (turn < PATIENCE) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
    if (failure.getPlain() != null) {
      rethrow(failure.getAndSet(null));
    }
  }

  private boolean hasParts() {
    long ticket = tickets.get();
    return (int) ticket < (int) (ticket >>> 32);
  }

  private void takeParts() {
    // Looking before taking keeps the low half from growing without bound.
    while (hasParts()) {
      long ticket = tickets.getAndIncrement();
      int part = (int) ticket;
      if (part >= (int) (ticket >>> 32)) {
        return;
      }
      try {
        if (failure.getPlain() == null) {
          job.run(part);
        }
      } catch (Throwable e) {
        failure.compareAndSet(null, e);
      } finally {
        done.incrementAndGet();
      }
    }
  }

  private static void rethrow(Throwable thrown) {
    switch (thrown) {
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException("a part of a job failed", thrown);
    }
  }

  /** Ends the threads. A job that runs is finished first; later ones are refused. */
  @Override
  public void close() {
    closed = true;
    for (var worker : workers) {
      LockSupport.unpark(worker);
    }
  }

  private final class Worker extends Thread {
    private volatile boolean parked;

    Worker(String name) {
      super(name);
      setDaemon(true);
    }

    Workers pool() {
      return Workers.this;
    }

    void wake() {
      if (parked) {
        LockSupport.unpark(this);
      }
    }

    @Override
    public void run() {
      while (!closed) {
        awaitParts();
        takeParts();
      }
    }

    private void awaitParts() {
      long start = System.nanoTime();
      for (int turn = 1; !hasParts() && !closed; turn++) {
        Thread.onSpinWait();
        if ((turn & CLOCK_MASK) == 0 && System.nanoTime() - start > SPIN_NANOS) {
          park();
          start = System.nanoTime();
        }
      }
    }

    private void park() {
      // The flag goes up before the last look: a caller publishes its job before it looks at the flag.
      parked = true;
      while (!hasParts() && !closed) {
        LockSupport.park(Workers.this);
        Thread.interrupted();
      }
      parked = false;
    }
  }
}
