package io.jacquard.data;

import io.jacquard.JacquardException;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;

/**
 * Data sets on one device, one after another. A batch asks each of them for as many samples, and takes those that are
 * its own: how many that will be is known to the device only, and the host need not wait for it.
 */
final class Concat implements Dataset {
  private final Dataset[] parts;

  Concat(Dataset[] parts) {
    this.parts = parts.clone();
    for (var part : parts) {
      if (part.device() != parts[0].device()) {
        throw new JacquardException("concat: data sets on " + parts[0].device() + " and " + part.device()
            + ", expected one device.");
      }
      if (part.size() == 0)
        throw new JacquardException("concat: a data set is empty, expected samples in each.");
    }
  }

  @Override
  public long size() {
    long size = 0;
    for (var part : parts) size += part.size();
    return size;
  }

  @Override
  public Device device() {
    return parts[0].device();
  }

  @Override
  public Batch batch(Tensor index) {
    var batch = parts[0].batch(within(index, parts[0]));
    long before = parts[0].size();
    for (int i = 1; i < parts.length; i++) {
      var own = index.sub(before);
      var other = parts[i].batch(within(own, parts[i]));
      var mine = own.ge(0);
      batch = new Batch(choose(mine, other.x(), batch.x()), choose(mine, other.y(), batch.y()));
      before += parts[i].size();
    }
    return batch;
  }

  /** Numbers of other parts become some number of this one. */
  private static Tensor within(Tensor index, Dataset part) {
    return index.clamp(0, part.size() - 1);
  }

  private static Tensor choose(Tensor mine, Tensor yes, Tensor no) {
    if (!yes.spec().equals(no.spec())) {
      throw new JacquardException("concat: batches of " + no.spec() + " and " + yes.spec()
          + ", expected the same types and shapes in all data sets.");
    }
    var sizes = new long[yes.rank()];
    Arrays.fill(sizes, 1);
    sizes[0] = mine.size(0);
    return Tensor.where(mine.reshape(sizes), yes, no);
  }
}
