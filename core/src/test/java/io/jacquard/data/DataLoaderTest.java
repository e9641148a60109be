package io.jacquard.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Data sets of tensors, and walks over them. */
class DataLoaderTest {
  /** Sample i has the input [10 i, 10 i + 1] and the target i. */
  private static TensorDataset dataset(long size) {
    var y = Tensor.arange(size);
    var x = Tensor.stack(1, y.mul(10), y.mul(10).add(1)).to(DType.FLOAT32);
    return new TensorDataset(x, y);
  }

  private static List<Long> targets(DataLoader loader) {
    var all = new ArrayList<Long>();
    for (var batch : loader) {
      for (int i = 0; i < batch.size(); i++) {
        long y = batch.y().toLongs()[i];
        assertEquals(10 * y, batch.x().toFloats()[2 * i], "inputs and targets stay together");
        all.add(y);
      }
    }
    return all;
  }

  @Test
  void inOrderWithASmallerLastBatch() {
    OnReference.run(() -> {
      var loader = DataLoader.inOrder(dataset(10), 4);
      assertEquals(3, loader.batches());
      var sizes = new ArrayList<Long>();
      for (var batch : loader) sizes.add(batch.size());
      assertEquals(List.of(4L, 4L, 2L), sizes);
      assertEquals(LongStream.range(0, 10).boxed().toList(), targets(loader));
      assertEquals(1, DataLoader.inOrder(dataset(4), 4).batches());
      assertEquals(1, DataLoader.inOrder(dataset(3), 100).batches());
    });
  }

  @Test
  void shuffledEverySampleComesOnceAndEachWalkDiffers() {
    OnReference.run(() -> {
      var loader = DataLoader.shuffled(dataset(50), 7);
      var first = targets(loader);
      var second = targets(loader);
      assertEquals(LongStream.range(0, 50).boxed().toList(), first.stream().sorted().toList());
      assertEquals(LongStream.range(0, 50).boxed().toList(), second.stream().sorted().toList());
      assertFalse(first.equals(second));
      assertFalse(first.equals(first.stream().sorted().toList()));
    });
  }

  @Test
  void theSeedDecidesTheOrderWhateverTheBatchSize() {
    OnReference.run(() -> {
      assertEquals(order(1, 7), order(1, 7));
      assertEquals(order(1, 7), order(1, 50));
      assertFalse(order(1, 7).equals(order(2, 7)));
    });
  }

  private static List<Long> order(long seed, int batchSize) {
    var order = new ArrayList<Long>();
    Generator.with(new Generator(seed),
        () -> order.addAll(targets(DataLoader.shuffled(dataset(50), batchSize))));
    return order;
  }

  @Test
  void everyOrderIsAboutEquallyLikely() {
    OnReference.run(() -> {
      var counts = new int[6];
      for (int i = 0; i < 6000; i++) {
        int[] p = Generator.current().permutation(3);
        counts[2 * p[0] + (p[1] > p[2] ? 1 : 0)]++;
      }
      // Five standard deviations of the binomial distribution with p = 1/6: 144.
      for (int count : counts) assertEquals(1000, count, 144);
    });
  }

  @Test
  void theTransformIsAppliedToInputs() {
    OnReference.run(() -> {
      var data = new TensorDataset(Tensor.of(new byte[]{0, (byte) 255, 51}, Shape.of(3, 1)),
          Tensor.of(1L, 2L, 3L),
          x -> x.to(DType.FLOAT32).div(255));
      var batch = data.batch(Tensor.of(2L, 1L));
      assertArrayEquals(new float[]{0.2f, 1}, batch.x().toFloats());
      assertArrayEquals(new long[]{3, 2}, batch.y().toLongs());
    });
  }

  @Test
  void subsetsAreRangesAndCanBeNested() {
    OnReference.run(() -> {
      var part = dataset(10).subset(2, 8).subset(1, 4);
      assertEquals(3, part.size());
      assertEquals(List.of(3L, 4L, 5L), targets(DataLoader.inOrder(part, 2)));
      assertEquals(0, dataset(10).subset(10, 10).size());
      for (long[] range : new long[][]{{-1, 3}, {0, 11}, {5, 4}}) {
        var error = assertThrows(JacquardException.class, () -> dataset(10).subset(range[0], range[1]));
        assertTrue(error.getMessage().contains(range[0] + " to " + range[1] + " of 10"), error.getMessage());
      }
    });
  }

  @Test
  void anEmptySetGivesNoBatch() {
    OnReference.run(() -> {
      var loader = DataLoader.shuffled(dataset(5).subset(0, 0), 2);
      assertEquals(0, loader.batches());
      assertFalse(loader.iterator().hasNext());
      assertThrows(NoSuchElementException.class, () -> loader.iterator().next());
    });
  }

  @Test
  void mistakesAreRefused() {
    OnReference.run(() -> {
      assertThrows(JacquardException.class, () -> DataLoader.inOrder(dataset(5), 0));
      var error = assertThrows(JacquardException.class,
          () -> new TensorDataset(Tensor.ones(3, 2), Tensor.of(1L, 2L)));
      assertTrue(error.getMessage().contains("inputs [3, 2] and targets [2]"), error.getMessage());
      assertThrows(JacquardException.class, () -> new TensorDataset(Tensor.scalar(1), Tensor.of(1L)));
    });
  }

  @Test
  void aBatchLivesUntilTheNextAndAWalkLeavesNothing() {
    OnReference.run(() -> {
      var data = dataset(20);
      var memory = data.device().memory();
      var loader = DataLoader.shuffled(data, 4);
      long before = memory.liveBytes();
      Batch last = null;
      for (var batch : loader) {
        if (last != null) assertTrue(last.x().isClosed());
        last = batch;
      }
      assertTrue(last.x().isClosed());
      assertEquals(before, memory.liveBytes());
      try (var walk = loader.iterator()) {
        walk.next();
        assertTrue(memory.liveBytes() > before);
      }
      assertEquals(before, memory.liveBytes(), "a walk that is left early");
      try (var walk = loader.iterator(); var _ = Scope.open()) {
        walk.nextInScope();
        walk.nextInScope();
      }
      assertEquals(before, memory.liveBytes());
    });
  }
}
