package io.jacquard.data;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/** Samples of another data set by a list of their numbers, which lies on the device too. */
final class Selection implements Dataset {
  private final Dataset whole;
  private final Tensor samples;

  Selection(Dataset whole, int[] samples) {
    this.whole = whole;
    try (var _ = Scope.open()) {
      this.samples = Tensor.of(whole.device(), DType.INT32, Shape.of(samples.length),
          MemorySegment.ofArray(samples.clone())).hold();
    }
  }

  @Override
  public long size() {
    return samples.numel();
  }

  @Override
  public Device device() {
    return whole.device();
  }

  @Override
  public Batch batch(Tensor index) {
    return whole.batch(samples.gatherRows(index));
  }
}
