package io.jacquard.data;

import io.jacquard.JacquardException;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;

/**
 * Samples that can be asked for by number.
 *
 * <pre>{@code
 * var data = new TensorDataset(x, y);
 * var head = data.subset(0, 1000);
 * var chosen = data.subset(new int[] {3, 1, 4});
 * var both = Dataset.concat(head, chosen);
 * }</pre>
 */
public interface Dataset {
  /** The number of samples. */
  long size();

  /** The device on which batches arrive. */
  Device device();

  /** The samples whose numbers a 1-D int32 or int64 tensor holds. */
  Batch batch(Tensor index);

  /** The samples {@code from} to {@code to - 1}, without a copy. */
  default Dataset subset(long from, long to) {
    requireRange(this, from, to);
    return new Subset(this, from, to - from);
  }

  /** The samples of these numbers, in this order, without a copy; a sample may come more than once. */
  default Dataset subset(int[] samples) {
    requireSamples(this, samples);
    return new Selection(this, samples);
  }

  /**
   * Data sets one after another. All of them lie on the device, or all on the host; their samples are of one type and
   * shape.
   */
  static Dataset concat(Dataset... parts) {
    if (parts.length == 0) throw new JacquardException("concat: expected at least one data set.");
    long onHost = Arrays.stream(parts).filter(HostDataset.class::isInstance).count();
    if (onHost != 0 && onHost != parts.length) {
      throw new JacquardException("concat: " + onHost + " of " + parts.length
          + " data sets lie on the host, the others on the device. Call load() on those of the host first.");
    }
    if (onHost == 0) return new Concat(parts);
    var hosts = Arrays.stream(parts).map(HostDataset.class::cast).toList();
    for (var part : hosts) {
      if (!part.input().equals(hosts.getFirst().input())
          || !part.target().equals(hosts.getFirst().target())) {
        throw new JacquardException("concat: samples " + part.input() + " with targets " + part.target()
            + " after " + hosts.getFirst().input() + " with " + hosts.getFirst().target()
            + ", expected the same types and shapes.");
      }
    }
    return new HostConcat(hosts);
  }

  /** Refuses a range of samples that is not inside of {@code data}. */
  static void requireRange(Dataset data, long from, long to) {
    if (from < 0 || to > data.size() || from > to) {
      throw new JacquardException(
          "subset: samples " + from + " to " + to + " of " + data.size() + " do not exist.");
    }
  }

  /** Refuses numbers of samples that {@code data} does not have. */
  static void requireSamples(Dataset data, int[] samples) {
    long size = data.size();
    for (int sample : samples) {
      if (sample < 0 || sample >= size) {
        throw new JacquardException(
            "subset: there is no sample " + sample + ", expected 0 to " + (size - 1) + ".");
      }
    }
  }

  /** A range of another data set. */
  record Subset(Dataset whole, long from, long size) implements Dataset {
    @Override
    public Device device() {
      return whole.device();
    }

    @Override
    public Batch batch(Tensor index) {
      return whole.batch(from == 0 ? index : index.add(from));
    }
  }
}
