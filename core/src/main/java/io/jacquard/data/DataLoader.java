package io.jacquard.data;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.IntFunction;
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
 * <p>Each walk of a shuffled or weighted loader takes one draw of the current {@link Generator}: the order follows from
 * its seed alone, not from the number of workers. A batch lives until the next one is asked for. The samples of a {@link
 * HostDataset} are read ahead by virtual threads ({@link #workers}); what goes wrong there is thrown where the batch is
 * asked for.
 */
public final class DataLoader implements Iterable<Batch> {
  /** Batches read ahead, unless said otherwise: two cores are kept busy, and eight do not fill the memory. */
  private static final int WORKERS = Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 8);

  private final Dataset data;
  private final int batchSize;
  private final IntFunction<int[]> orderOf;
  private final boolean dropLast;
  private final int workers;
  private long walks;

  private DataLoader(Dataset data, int batchSize, IntFunction<int[]> orderOf, boolean dropLast, int workers) {
    if (batchSize < 1)
      throw new JacquardException("DataLoader: batch size " + batchSize + ", expected 1 or more.");
    if (workers < 0)
      throw new JacquardException("DataLoader: " + workers + " workers, expected 0 or more.");
    this.data = data;
    this.batchSize = batchSize;
    this.orderOf = orderOf;
    this.dropLast = dropLast;
    this.workers = workers;
  }

  /** In the data set's own order. */
  public static DataLoader inOrder(Dataset data, int batchSize) {
    return new DataLoader(data, batchSize, size -> IntStream.range(0, size).toArray(), false, WORKERS);
  }

  /** In a new random order at each walk. */
  public static DataLoader shuffled(Dataset data, int batchSize) {
    return new DataLoader(data, batchSize, size -> Generator.current().permutation(size), false, WORKERS);
  }

  /**
   * As many samples as there are, drawn at random with replacement, a sample with a chance in proportion to its weight:
   * against classes that are rare.
   *
   * @param weights one a sample, 0 or more; see {@link ClassWeights#ofSamples}
   */
  public static DataLoader weighted(Dataset data, int batchSize, double[] weights) {
    if (weights.length != data.size()) {
      throw new JacquardException("DataLoader: " + weights.length + " weights for " + data.size()
          + " samples, expected one a sample.");
    }
    var chances = new Chances(weights);
    return new DataLoader(data, batchSize, chances::draw, false, WORKERS);
  }

  /** Without the last batch of a walk if it is smaller than the others. */
  public DataLoader dropLast() {
    return new DataLoader(data, batchSize, orderOf, true, workers);
  }

  /**
   * How many batches of a {@link HostDataset} are read ahead, each by a virtual thread; 0 reads them in the calling
   * thread when they are asked for. The default is the number of cores, from 2 to 8. Batches are the same whatever the
   * number.
   */
  public DataLoader workers(int workers) {
    return new DataLoader(data, batchSize, orderOf, dropLast, workers);
  }

  /** As this one, over the same samples elsewhere: on the device, for instance. */
  public DataLoader over(Dataset same) {
    if (same.size() != data.size()) {
      throw new JacquardException("DataLoader: " + same.size() + " samples in the place of " + data.size()
          + ", expected the same ones.");
    }
    return new DataLoader(same, batchSize, orderOf, dropLast, workers);
  }

  public Dataset data() {
    return data;
  }

  public int batchSize() {
    return batchSize;
  }

  /** The number of batches of a walk. */
  public long batches() {
    return dropLast ? data.size() / batchSize : (data.size() + batchSize - 1) / batchSize;
  }

  /** The next walk; the first is of epoch 0. */
  @Override
  public Walk iterator() {
    return walk(walks++);
  }

  /** A walk of a certain epoch, which says how a {@link HostDataset} changes its samples at random. */
  public Walk walk(long epoch) {
    return walk(epoch, 0);
  }

  /** What is left of a walk after its first {@code done} batches, for a training that goes on there. */
  public Walk walk(long epoch, long done) {
    if (done < 0 || done > batches()) {
      throw new JacquardException(
          "DataLoader: a walk of " + batches() + " batches cannot go on after " + done + ".");
    }
    return new Walk(orderOf.apply(Math.toIntExact(data.size())), epoch, Math.toIntExact(done));
  }

  /** One walk. It holds the order, and the present batch, until it is closed or has given its last batch. */
  public final class Walk implements Iterator<Batch>, AutoCloseable {
    /** For a data set on the device. */
    private final @Nullable Tensor order;
    /** For a data set on the host. */
    private final @Nullable Prefetch prefetch;
    private final long end = Math.min(batches() * batchSize, data.size());
    private @Nullable Batch present;
    /** Which place has this walk's order. */
    private BatchPlace.@Nullable Order told;
    private long at;

    private Walk(int[] order, long epoch, int done) {
      at = Math.min((long) done * batchSize, end);
      if (data instanceof HostDataset host) {
        this.order = null;
        prefetch = new Prefetch(host, order, batchSize, done, Math.toIntExact(batches()), epoch, workers);
      } else {
        prefetch = null;
        try (var _ = Scope.open()) {
          this.order = Tensor.of(data.device(), DType.INT32, Shape.of(order.length),
              MemorySegment.ofArray(order)).hold();
        }
      }
    }

    @Override
    public boolean hasNext() {
      if (at < end) return true;
      close();
      return false;
    }

    @Override
    public Batch next() {
      requireNext();
      release();
      try (var _ = Scope.open()) {
        var batch = nextInScope();
        present = new Batch(batch.x().hold(), batch.y().hold());
      }
      return present;
    }

    /** As {@link #next}, into the innermost scope, which then owns the batch. */
    public Batch nextInScope() {
      requireNext();
      if (prefetch != null) return upload((HostDataset) data, prefetch);
      return data.batch(nextIndex());
    }

    /**
     * Puts the next batch into a place that was made for this data set and batch size.
     *
     * @return the number of its samples
     */
    public long putNext(BatchPlace place) {
      requireNext();
      long size = Math.min(batchSize, end - at);
      switch (place) {
        case BatchPlace.Numbers numbers -> numbers.put(nextIndex());
        case BatchPlace.Order known -> {
          if (known != told) known.begin(order());
          told = known;
          at += size;
        }
        case BatchPlace.Samples samples -> {
          if (prefetch == null) throw new IllegalArgumentException("a place for another data set");
          samples.put(prefetch.next(), size);
          at += size;
        }
      }
      return size;
    }

    private Batch upload(HostDataset host, Prefetch prefetch) {
      long size = Math.min(batchSize, end - at);
      var staged = prefetch.next();
      at += size;
      return upload(host, staged, size);
    }

    private static Batch upload(HostDataset host, Staging staged, long size) {
      return new Batch(
          Tensor.of(host.device(), host.input().dtype(), HostDataset.batched(host.input(), size),
              staged.x(size)),
          Tensor.of(host.device(), host.target().dtype(), HostDataset.batched(host.target(), size),
              staged.y(size)));
    }

    /** The numbers of the next batch's samples, int32; owned by the innermost scope. */
    private Tensor nextIndex() {
      long to = Math.min(at + batchSize, end);
      var index = order().slice(0, at, to);
      at = to;
      return index;
    }

    private Tensor order() {
      if (order == null) throw new IllegalArgumentException("a place for another data set");
      return order;
    }

    /** A batch of this walk that was given before, by its number from 0; owned by the innermost scope. */
    public Batch again(long number) {
      long from = number * batchSize;
      long to = Math.min(from + batchSize, end);
      if (prefetch == null) return data.batch(order().slice(0, from, to));
      try (var arena = Arena.ofConfined()) {
        return upload((HostDataset) data, prefetch.again(Math.toIntExact(number), arena), to - from);
      }
    }

    private void requireNext() {
      if (!hasNext()) throw new NoSuchElementException("the walk is over");
    }

    private void release() {
      if (present == null) return;
      present.x().close();
      present.y().close();
      present = null;
    }

    /** Frees what the walk holds, and stops its workers, each after the sample that it is at. */
    @Override
    public void close() {
      release();
      if (order != null) order.close();
      if (prefetch != null) prefetch.close();
      at = end;
    }
  }
}
