package io.jacquard.data;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Walks over a data set in batches; the last one may be smaller.
 *
 * <pre>{@code
 * for (var batch : DataLoader.shuffled(data, 32)) {
 *   try (var _ = Scope.open()) {
 *     lossFn.of(model.call(batch.x()), batch.y()).backward();
 *   }
 * }
 * }</pre>
 *
 * <p>Each walk of a shuffled loader takes one draw of the current {@link Generator}: the order follows from its seed
 * alone. A batch lives until the next one is asked for.
 */
public final class DataLoader implements Iterable<Batch> {
  private final Dataset data;
  private final int batchSize;
  private final boolean shuffle;

  private DataLoader(Dataset data, int batchSize, boolean shuffle) {
    if (batchSize < 1)
      throw new JacquardException("DataLoader: batch size " + batchSize + ", expected 1 or more.");
    this.data = data;
    this.batchSize = batchSize;
    this.shuffle = shuffle;
  }

  /** In the data set's own order. */
  public static DataLoader inOrder(Dataset data, int batchSize) {
    return new DataLoader(data, batchSize, false);
  }

  /** In a new random order at each walk. */
  public static DataLoader shuffled(Dataset data, int batchSize) {
    return new DataLoader(data, batchSize, true);
  }

  /** The number of batches of a walk. */
  public long batches() {
    return (data.size() + batchSize - 1) / batchSize;
  }

  @Override
  public Walk iterator() {
    return new Walk();
  }

  private int[] order() {
    int size = Math.toIntExact(data.size());
    return shuffle ? Generator.current().permutation(size) : IntStream.range(0, size).toArray();
  }

  /** One walk. It holds the order, and the present batch, until it is closed or has given its last batch. */
  public final class Walk implements Iterator<Batch>, AutoCloseable {
    private final Tensor order;
    private @Nullable Batch present;
    private long at;

    private Walk() {
      try (var _ = Scope.open()) {
        var numbers = MemorySegment.ofArray(order());
        order = Tensor.of(data.device(), DType.INT32, Shape.of(data.size()), numbers).hold();
      }
    }

    @Override
    public boolean hasNext() {
      if (at < data.size()) return true;
      close();
      return false;
    }

    @Override
    public Batch next() {
      if (!hasNext()) throw new NoSuchElementException("the walk is over");
      release();
      try (var _ = Scope.open()) {
        var batch = gather();
        present = new Batch(batch.x().hold(), batch.y().hold());
      }
      return present;
    }

    /** As {@link #next}, into the innermost scope, which then owns the batch. */
    public Batch nextInScope() {
      if (!hasNext()) throw new NoSuchElementException("the walk is over");
      return gather();
    }

    /** The numbers of the next batch's samples, int32, instead of the batch itself; owned by the innermost scope. */
    public Tensor nextIndex() {
      if (!hasNext()) throw new NoSuchElementException("the walk is over");
      long end = Math.min(at + batchSize, data.size());
      var index = order.slice(0, at, end);
      at = end;
      return index;
    }

    private Batch gather() {
      return data.batch(nextIndex());
    }

    private void release() {
      if (present == null) return;
      present.x().close();
      present.y().close();
      present = null;
    }

    @Override
    public void close() {
      release();
      order.close();
      at = data.size();
    }
  }
}
