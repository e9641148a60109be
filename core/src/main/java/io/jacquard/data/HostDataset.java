package io.jacquard.data;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.spi.Device;
import io.jacquard.spi.Spec;
import io.jacquard.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Samples that the host reads or makes one by one, such as pictures in files: the set may be larger than any memory.
 *
 * <pre>{@code
 * void train(HostDataset samples) {
 *   trainer.fit(samples, Fit.epochs(10));             // batches are read while the device computes
 *   TensorDataset resident = samples.subset(0, 1000).load();
 * }
 * }</pre>
 *
 * <p>A {@link DataLoader} has several virtual threads read batches ahead into staging memory; each batch is then
 * uploaded to the same place on the device, so that a recorded training step finds it.
 */
public interface HostDataset extends Dataset {
  /** The type and the shape of one sample's input, without a dimension for the batch. */
  Spec input();

  /** The type and the shape of one sample's target; a scalar for class numbers. */
  Spec target();

  /**
   * Writes one sample, row-major and in native byte order. Several threads call this at once; what is written depends on
   * the two numbers alone, not on the order of calls.
   *
   * @param sample 0 to {@link #size()} - 1
   * @param epoch the walk over the data, from 0, for those who change samples at random
   * @param x exactly the bytes of {@link #input()}
   * @param y exactly the bytes of {@link #target()}
   * @throws JacquardException naming the file, if the sample cannot be read
   */
  void read(long sample, long epoch, MemorySegment x, MemorySegment y);

  /**
   * Whether samples are the same in every epoch. Then a training of several epochs keeps them on a device of its own memory, if
   * they fit; see {@link Resident}.
   */
  default boolean isSteady() {
    return false;
  }

  /** The current device; samples belong to none. */
  @Override
  default Device device() {
    return Device.current();
  }

  /** Reads samples now, by the calling thread, as in epoch 0. */
  @Override
  default Batch batch(Tensor index) {
    return read(Arrays.stream(index.toLongs()).mapToInt(Math::toIntExact).toArray());
  }

  /** All samples, as in epoch 0, on the current device. */
  default TensorDataset load() {
    var all = read(IntStream.range(0, Math.toIntExact(size())).toArray());
    return new TensorDataset(all.x(), all.y());
  }

  private Batch read(int[] samples) {
    try (var arena = Arena.ofConfined()) {
      var staged = new Staging(this, samples.length, arena);
      for (int i = 0; i < samples.length; i++) staged.read(this, samples[i], 0, i);
      return new Batch(Tensor.of(device(), input().dtype(), batched(input(), samples.length), staged.x()),
          Tensor.of(device(), target().dtype(), batched(target(), samples.length), staged.y()));
    }
  }

  /** The shape of a batch of samples that are like {@code one}. */
  static Shape batched(Spec one, long size) {
    var sizes = new long[one.shape().rank() + 1];
    sizes[0] = size;
    for (int d = 1; d < sizes.length; d++) sizes[d] = one.shape().size(d - 1);
    return Shape.of(sizes);
  }

  /** The bytes of one sample that is like {@code one}. */
  static long bytes(Spec one) {
    DType dtype = one.dtype();
    return Math.multiplyExact(one.shape().numel(), (long) dtype.bytes());
  }

  @Override
  default HostDataset subset(long from, long to) {
    Dataset.requireRange(this, from, to);
    return new HostSubset(this, from, to - from, null);
  }

  @Override
  default HostDataset subset(int[] samples) {
    Dataset.requireSamples(this, samples);
    return new HostSubset(this, 0, samples.length, samples.clone());
  }
}
