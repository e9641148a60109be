package io.jacquard.data;

import io.jacquard.JacquardException;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Tensor;

/**
 * Samples that can be asked for by number.
 *
 * <pre>{@code
 * var data = new TensorDataset(x, y);
 * var head = data.subset(0, 1000);
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
    if (from < 0 || to > size() || from > to) {
      throw new JacquardException(
          "subset: samples " + from + " to " + to + " of " + size() + " do not exist.");
    }
    return new Subset(this, from, to - from);
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
