package io.jacquard.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.spi.Spec;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Samples from the host, read ahead by any number of workers. */
class HostDatasetTest {
  /** Sample i has the input [i, epoch] and the target i; reading takes as long as {@code pause} says. */
  record Counting(long size, Pause pause) implements HostDataset {
    interface Pause {
      void at(long sample);
    }

    Counting(long size) {
      this(size, _ -> {});
    }

    @Override
    public Spec input() {
      return new Spec(DType.FLOAT32, Shape.of(2));
    }

    @Override
    public Spec target() {
      return new Spec(DType.INT64, Shape.SCALAR);
    }

    @Override
    public void read(long sample, long epoch, MemorySegment x, MemorySegment y) {
      pause.at(sample);
      x.setAtIndex(ValueLayout.JAVA_FLOAT, 0, sample);
      x.setAtIndex(ValueLayout.JAVA_FLOAT, 1, epoch);
      y.set(ValueLayout.JAVA_LONG, 0, sample);
    }
  }

  /** Sleeps for a time that makes later batches ready before earlier ones. */
  private static void uneven(long sample) {
    try {
      Thread.sleep(sample % 7 == 0 ? 3 : 0);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static List<String> walk(DataLoader loader) {
    var seen = new ArrayList<String>();
    for (var batch : loader) seen.add(Arrays.toString(batch.x().toFloats()) + batch.y());
    return seen;
  }

  @Test
  void theOrderIsTheSameForAnyNumberOfWorkers() {
    var orders = new ArrayList<List<String>>();
    for (int workers : new int[]{0, 1, 2, 5, 64}) {
      OnReference.run(() -> orders
          .add(walk(DataLoader.shuffled(new Counting(45, HostDatasetTest::uneven), 4).workers(workers))));
    }
    assertEquals(12, orders.getFirst().size());
    for (var order : orders) assertEquals(orders.getFirst(), order);
  }

  @Test
  void theOrderIsThatOfTheSameDataOnTheDevice() {
    OnReference.run(() -> {
      var host = new Counting(23);
      var device = host.load();
      assertEquals(walkTargets(device, 3), walkTargets(host, 3));
      assertArrayEquals(new float[]{5, 0, 2, 0}, host.batch(Tensor.of(5, 2)).x().toFloats());
    });
  }

  private static List<Long> walkTargets(Dataset data, long seed) {
    var targets = new ArrayList<Long>();
    Generator.with(new Generator(seed), () -> {
      for (var batch : DataLoader.shuffled(data, 4)) {
        for (long y : batch.y().toLongs()) targets.add(y);
      }
    });
    return targets;
  }

  @Test
  void walksCountEpochs() {
    OnReference.run(() -> {
      var loader = DataLoader.inOrder(new Counting(2), 2);
      assertEquals("[0.0, 0.0, 1.0, 0.0]", Arrays.toString(loader.iterator().next().x().toFloats()));
      assertEquals("[0.0, 1.0, 1.0, 1.0]", Arrays.toString(loader.iterator().next().x().toFloats()));
      assertEquals("[0.0, 9.0, 1.0, 9.0]", Arrays.toString(loader.walk(9).next().x().toFloats()));
    });
  }

  @Test
  void placesAreFilledAgainAndAgain() {
    OnReference.run(() -> {
      for (var data : List.of(new Counting(7), new Counting(7).load())) {
        try (var place = BatchPlace.of(data, 3); var walk = DataLoader.inOrder(data, 3).iterator()) {
          var targets = new ArrayList<Long>();
          while (walk.hasNext()) {
            try (var _ = Scope.open()) {
              var batch = place.batch(walk.putNext(place));
              for (long y : batch.y().toLongs()) targets.add(y);
            }
          }
          assertEquals(LongStream.range(0, 7).boxed().toList(), targets);
        }
      }
    });
  }

  @Test
  void aLastBatchThatIsSmallerCanBeDropped() {
    OnReference.run(() -> {
      for (var data : List.of(new Counting(10), new Counting(10).load())) {
        var loader = DataLoader.inOrder(data, 4).dropLast();
        assertEquals(2, loader.batches());
        int samples = 0;
        for (var batch : loader) samples += (int) batch.size();
        assertEquals(8, samples);
        assertEquals(0, DataLoader.inOrder(data, 11).dropLast().batches());
        assertTrue(walk(DataLoader.inOrder(data, 11).dropLast()).isEmpty());
      }
    });
  }

  @Test
  void whatGoesWrongInAWorkerIsThrownWhereTheBatchIsWanted() {
    OnReference.run(() -> {
      for (int workers : new int[]{0, 1, 3}) {
        var data = new Counting(20, sample -> {
          if (sample == 13) throw new JacquardException("pictures/13.png cannot be read: permission denied.");
        });
        var seen = new ArrayList<Long>();
        var error = assertThrows(JacquardException.class, () -> {
          for (var batch : DataLoader.inOrder(data, 4).workers(workers)) seen.add(batch.y().toLongs()[0]);
        });
        assertEquals("pictures/13.png cannot be read: permission denied.", error.getMessage());
        assertEquals(List.of(0L, 4L, 8L), seen, "the batches before it");
      }
      var defect = new IllegalStateException("a defect");
      var data = new Counting(3, _ -> {
        throw defect;
      });
      var thrown = assertThrows(IllegalStateException.class, () -> walk(DataLoader.inOrder(data, 4)));
      assertSame(defect, thrown.getCause());
    });
  }

  @Test
  @Timeout(20)
  void closingStopsTheWorkersAfterTheirSample() {
    OnReference.run(() -> {
      var begun = new AtomicInteger();
      var ended = new AtomicInteger();
      var data = new Counting(1_000_000, _ -> {
        begun.incrementAndGet();
        try {
          Thread.sleep(20);
        } catch (InterruptedException _) {
          Thread.currentThread().interrupt();
        }
        ended.incrementAndGet();
      });
      long before = data.device().memory().liveBytes();
      var walk = DataLoader.inOrder(data, 1000).workers(4).iterator();
      walk.close();
      walk.close();
      int read = begun.get();
      assertEquals(read, ended.get(), "nobody is at work any more");
      assertTrue(read <= 8, read + " samples were read");
      assertEquals(before, data.device().memory().liveBytes());
      assertTrue(!walk.hasNext());
    });
  }

  @Test
  void workersAreBoundedAndKeepAhead() {
    OnReference.run(() -> {
      var now = new AtomicInteger();
      var most = new AtomicInteger();
      var data = new Counting(60, _ -> {
        most.accumulateAndGet(now.incrementAndGet(), Math::max);
        uneven(0);
        now.decrementAndGet();
      });
      walk(DataLoader.inOrder(data, 2).workers(3));
      assertTrue(most.get() >= 2 && most.get() <= 3, most + " at a time");
      assertThrows(JacquardException.class, () -> DataLoader.inOrder(data, 2).workers(-1));
    });
  }

  @Test
  void subsetsKeepTheirSamplesNumbers() {
    OnReference.run(() -> {
      var data = new Counting(10);
      var part = data.subset(2, 8).subset(new int[]{5, 0, 0});
      assertArrayEquals(new long[]{7, 2, 2}, part.load().batch(Tensor.of(0, 1, 2)).y().toLongs());
      assertArrayEquals(new float[]{7, 0}, part.batch(Tensor.of(0)).x().toFloats());
      for (Dataset set : List.of(data, data.load())) {
        var error = assertThrows(JacquardException.class, () -> set.subset(new int[]{0, 10}));
        assertEquals("subset: there is no sample 10, expected 0 to 9.", error.getMessage());
        assertThrows(JacquardException.class, () -> set.subset(3, 11));
        assertArrayEquals(new long[]{3, 9, 3},
            set.subset(new int[]{9, 3}).batch(Tensor.of(1, 0, 1)).y().toLongs());
      }
    });
  }

  @Test
  void dataSetsOneAfterAnother() {
    OnReference.run(() -> {
      var host = Dataset.concat(new Counting(3), new Counting(0), new Counting(4).subset(1, 3));
      assertEquals(5, host.size());
      assertTrue(host instanceof HostDataset);
      assertEquals(List.of(0L, 1L, 2L, 1L, 2L), inOrder(host));
      var device = Dataset.concat(new Counting(3).load(), new Counting(2).load(), new Counting(4).load());
      assertEquals(List.of(0L, 1L, 2L, 0L, 1L, 0L, 1L, 2L, 3L), inOrder(device));
      assertArrayEquals(new float[]{3, 0, 1, 0, 2, 0}, device.batch(Tensor.of(8, 4, 2)).x().toFloats());
      var mixed = assertThrows(JacquardException.class,
          () -> Dataset.concat(new Counting(3), new Counting(3).load()));
      assertTrue(mixed.getMessage().contains("1 of 2 data sets lie on the host"), mixed.getMessage());
      assertThrows(JacquardException.class, Dataset::concat);
      var other = new TensorDataset(Tensor.ones(2, 3), Tensor.of(0L, 1L));
      assertThrows(JacquardException.class,
          () -> Dataset.concat(new Counting(3).load(), other).batch(Tensor.of(0)));
    });
  }

  private static List<Long> inOrder(Dataset data) {
    var all = new ArrayList<Long>();
    for (var batch : DataLoader.inOrder(data, 2)) {
      for (long y : batch.y().toLongs()) all.add(y);
    }
    return all;
  }
}
