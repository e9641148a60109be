package io.jacquard.train;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.data.Batch;
import io.jacquard.data.image.Mix;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/** A {@link Mix} whose random numbers lie on the device, so that a step with it can be replayed. */
final class Mixing implements AutoCloseable {
  private final Mix mix;
  private final Tensor numbers;

  Mixing(Mix mix, Device device) {
    this.mix = mix;
    try (var _ = Scope.open()) {
      numbers = Tensor.zeros(device, DType.FLOAT32, Shape.of(Mix.NUMBERS)).hold();
    }
  }

  /** Draws the numbers of the next batch. */
  void draw(long walk, long number) {
    var drawn = MemorySegment.ofArray(mix.draw(Generator.current().seed(), walk, number));
    numbers.device().backend().upload(drawn, numbers.view().buffer(), 0);
  }

  Batch of(Batch batch) {
    return mix.of(batch, numbers);
  }

  @Override
  public void close() {
    numbers.close();
  }
}
