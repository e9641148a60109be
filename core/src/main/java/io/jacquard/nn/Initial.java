package io.jacquard.nn;

import io.jacquard.Shape;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Tensor;

/** Initial values, computed on the host so that they are the same on every device. */
final class Initial {
  private Initial() {}

  /** Uniform on plus or minus {@code bound}. */
  static Tensor uniform(double bound, Shape shape) {
    return Tensor.of(Generator.current().uniform(Math.toIntExact(shape.numel()), -bound, bound), shape);
  }
}
