package io.jacquard.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class WorkersTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5})
  void everyPartRunsOnce(int threads) {
    try (var workers = Workers.of(threads)) {
      assertEquals(threads, workers.threads());
      for (int round = 0; round < 2000; round++) {
        int parts = round % 23;
        var runs = new AtomicIntegerArray(parts);
        workers.run(parts, runs::incrementAndGet);
        for (int i = 0; i < parts; i++) {
          assertEquals(1, runs.get(i), "part " + i + " of " + parts);
        }
      }
    }
  }

  @Test
  void whatPartsWroteIsSeenByTheCallerAndByTheNextJob() {
    try (var workers = Workers.of(3)) {
      long[] values = new long[64];
      for (int round = 1; round <= 5000; round++) {
        workers.run(values.length, part -> values[part]++);
        workers.run(values.length - 1, part -> values[part] += values[part + 1] - values[part]);
      }
      for (long value : values) {
        assertEquals(5000, value);
      }
    }
  }

  @Test
  void parkedWorkersWakeUp() throws InterruptedException {
    try (var workers = Workers.of(2)) {
      for (int round = 0; round < 20; round++) {
        Thread.sleep(2);
        // Both parts wait for each other, so that neither thread can do the job alone.
        var both = new CountDownLatch(2);
        workers.run(2, part -> {
          both.countDown();
          await(both);
        });
      }
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(20, TimeUnit.SECONDS), "the worker did not wake up");
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void threadsAreNamedDaemons() {
    try (var workers = Workers.of(2)) {
      var both = new CountDownLatch(2);
      var caller = Thread.currentThread();
      var helpers = new AtomicInteger();
      workers.run(2, part -> {
        both.countDown();
        await(both);
        var thread = Thread.currentThread();
        if (thread != caller && thread.isDaemon() && thread.getName().startsWith("jacquard-cpu-")) {
          helpers.incrementAndGet();
        }
      });
      assertEquals(1, helpers.get());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void whatAPartThrowsReachesTheCallerAndThePoolLivesOn(int threads) {
    try (var workers = Workers.of(threads)) {
      for (int round = 0; round < 200; round++) {
        var thrown = new IllegalArgumentException("part 3");
        var caught = assertThrows(IllegalArgumentException.class, () -> workers.run(8, part -> {
          if (part == 3) {
            throw thrown;
          }
        }));
        assertSame(thrown, caught);
        var sum = new AtomicInteger();
        workers.run(8, sum::addAndGet);
        assertEquals(28, sum.get());
      }
    }
  }

  @Test
  void aJobInsideAPartRunsOnTheSameThread() {
    try (var workers = Workers.of(3)) {
      var runs = new AtomicInteger();
      workers.run(10, outer -> {
        var thread = Thread.currentThread();
        workers.run(10, inner -> {
          assertSame(thread, Thread.currentThread());
          runs.incrementAndGet();
        });
      });
      assertEquals(100, runs.get());
    }
  }

  @Test
  void severalCallersShareThePool() throws InterruptedException {
    try (var workers = Workers.of(2)) {
      var total = new AtomicLong();
      var callers = new Thread[4];
      for (int i = 0; i < callers.length; i++) {
        callers[i] = new Thread(() -> {
          for (int round = 0; round < 2000; round++) {
            workers.run(7, part -> total.addAndGet(part + 1));
          }
        });
        callers[i].start();
      }
      for (var caller : callers) {
        caller.join();
      }
      assertEquals(4 * 2000 * 28, total.get());
    }
  }

  @Test
  void runningAJobAllocatesNothing() {
    var bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (var workers = Workers.of(2)) {
      var sum = new AtomicLong();
      Workers.Job job = sum::addAndGet;
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 50 && least > 0; round++) {
        long before = bean.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 1000; i++) {
          workers.run(8, job);
        }
        least = Math.min(least, bean.getCurrentThreadAllocatedBytes() - before);
      }
      assertEquals(0, least);
    }
  }

  @Test
  void closedWorkersRefuseJobsAndEnd() throws InterruptedException {
    var workers = Workers.of(2);
    var both = new CountDownLatch(2);
    var helper = new Thread[1];
    var caller = Thread.currentThread();
    workers.run(2, part -> {
      if (Thread.currentThread() != caller) {
        helper[0] = Thread.currentThread();
      }
      both.countDown();
      await(both);
    });
    workers.close();
    helper[0].join(10_000);
    assertEquals(Thread.State.TERMINATED, helper[0].getState());
    assertThrows(IllegalStateException.class, () -> workers.run(2, part -> LockSupport.parkNanos(1)));
  }

  @Test
  void noThreadsIsAnError() {
    assertThrows(IllegalArgumentException.class, () -> Workers.of(0));
  }
}
