package io.jacquard.benchmarks;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.data.Dataset;
import io.jacquard.data.Digits;
import io.jacquard.data.GeneratedDigits;
import io.jacquard.data.TensorDataset;
import io.jacquard.ops.ScalarFunction;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;

/**
 * As many 28x28 pictures as a measurement needs, kept as bytes and turned into float32 batches, as MNIST's are.
 *
 * <pre>{@code
 * Dataset data = ManyDigits.of(32_000);
 * }</pre>
 */
public final class ManyDigits {
  /** The number of different pictures; they are repeated, since only the memory that they take matters. */
  private static final int DIFFERENT = 1000;
  private static final ScalarFunction TO_UNIT = ScalarFunction.of("pixels",
      in -> in[0].to(DType.FLOAT32).div(255));

  private ManyDigits() {}

  /** {@code count} pictures on the current device. */
  public static Dataset of(int count) {
    var digits = GeneratedDigits.digits(1, 0, DIFFERENT);
    var images = new byte[Math.multiplyExact(count, Digits.PIXELS)];
    var labels = new long[count];
    for (int i = 0; i < count; i++) {
      System.arraycopy(digits.images(), i % DIFFERENT * Digits.PIXELS, images, i * Digits.PIXELS,
          Digits.PIXELS);
      labels[i] = digits.labels()[i % DIFFERENT];
    }
    try (var _ = Scope.open()) {
      return new TensorDataset(Tensor.of(images, Shape.of(count, 1, Digits.SIDE, Digits.SIDE)),
          Tensor.of(labels), x -> Tensor.apply(TO_UNIT.on(x.dtype()), x)[0]);
    }
  }
}
