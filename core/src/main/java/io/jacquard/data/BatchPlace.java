package io.jacquard.data;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.ops.Copy;
import io.jacquard.spi.Device;
import io.jacquard.spi.Spec;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;

/**
 * Where a training step finds its batch: each batch is put into the same device memory, so that a step that was recorded
 * with one batch can be replayed with the next.
 *
 * <pre>{@code
 * try (var place = BatchPlace.of(data, 32); var walk = DataLoader.shuffled(data, 32).iterator()) {
 *   while (walk.hasNext()) {
 *     try (var _ = Scope.open()) {
 *       var batch = place.batch(walk.putNext(place));
 *       lossFn.of(model.call(batch.x()), batch.y()).backward();
 *     }
 *   }
 * }
 * }</pre>
 */
public sealed interface BatchPlace extends AutoCloseable {
  /** A place for batches of up to {@code batchSize} samples of {@code data}. */
  static BatchPlace of(Dataset data, int batchSize) {
    // Held only when all are there: what fails in between leaves nothing behind.
    try (var _ = Scope.open()) {
      if (!(data instanceof HostDataset host))
        return new Numbers(data, Tensor.zeros(data.device(), DType.INT32, Shape.of(batchSize)).hold());
      var x = zeros(host, host.input(), batchSize);
      var y = zeros(host, host.target(), batchSize);
      return new Samples(x.hold(), y.hold());
    }
  }

  /**
   * A place at which a step finds the next batch by itself, for data on the device: the order of a walk lies there, too.
   *
   * @param position int64 [1], the number of the batch in its walk, from 0; moved on by the step
   */
  static BatchPlace ordered(Dataset data, int batchSize, Tensor position) {
    long batches = Math.ceilDiv(data.size(), (long) batchSize);
    try (var _ = Scope.open()) {
      return new Order(data, Tensor.zeros(data.device(), DType.INT32, Shape.of(batches, batchSize)).hold(),
          position);
    }
  }

  private static Tensor zeros(HostDataset data, Spec one, int batchSize) {
    return Tensor.zeros(data.device(), one.dtype(), HostDataset.batched(one, batchSize));
  }

  /**
   * The batch that was put here last, owned by the innermost scope. A recorded step may call this.
   *
   * @param size the number of its samples
   */
  Batch batch(long size);

  @Override
  void close();

  /** Of a data set on the device: the samples' numbers, int32 [batchSize]. */
  record Numbers(Dataset data, Tensor index) implements BatchPlace {
    void put(Tensor samples) {
      var place = index.slice(0, 0, samples.size(0));
      Copy.run(index.device().backend(), samples.view(), place.view());
    }

    @Override
    public Batch batch(long size) {
      return data.batch(size == index.size(0) ? index : index.slice(0, 0, size));
    }

    @Override
    public void close() {
      index.close();
    }
  }

  /** Of a data set on the device: all samples' numbers in the order of the walk, int32 [batches, batchSize]. */
  record Order(Dataset data, Tensor order, Tensor position) implements BatchPlace {
    /** Takes the order of a walk over. */
    void begin(Tensor walk) {
      try (var _ = Scope.open()) {
        var place = order.flatten().slice(0, 0, walk.numel());
        Copy.run(order.device().backend(), walk.view(), place.view());
      }
    }

    @Override
    public Batch batch(long size) {
      var numbers = order.gatherRows(position).flatten();
      return data.batch(size == numbers.size(0) ? numbers : numbers.slice(0, 0, size));
    }

    @Override
    public void close() {
      order.close();
    }
  }

  /** Of a data set on the host: the samples themselves. */
  record Samples(Tensor x, Tensor y) implements BatchPlace {
    void put(Staging staged, long size) {
      Device device = x.device();
      device.backend().upload(staged.x(size), x.view().buffer(), 0);
      device.backend().upload(staged.y(size), y.view().buffer(), 0);
    }

    @Override
    public Batch batch(long size) {
      return size == x.size(0)
          ? new Batch(x.detach(), y.detach())
          : new Batch(x.slice(0, 0, size), y.slice(0, 0, size));
    }

    @Override
    public void close() {
      x.close();
      y.close();
    }
  }
}
