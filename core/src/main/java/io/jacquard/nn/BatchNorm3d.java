package io.jacquard.nn;

import io.jacquard.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Batch normalisation of [N, C, D, H, W]: {@code (x - mean) / sqrt(variance + eps) * weight + bias}, channel by channel (Ioffe,
 * Szegedy 2015).
 *
 * <pre>{@code
 * var y = new BatchNorm3d(64).call(Tensor.ones(2, 64, 4, 7, 7));
 * }</pre>
 *
 * <p>In training, mean and variance are those of the batch; beside that, running estimates are kept in the buffers
 * {@code running_mean}, {@code running_var} (unbiased) and {@code num_batches_tracked} (int64). In evaluation these
 * estimates are taken. The parameters {@code weight} and {@code bias}, [C], begin as 1 and 0.
 */
public final class BatchNorm3d extends BatchNorm {
  /** With eps 1e-5, momentum 0.1, weight, bias and running statistics. */
  public BatchNorm3d(int numFeatures) {
    this(numFeatures, EPS, MOMENTUM);
  }

  /** With weight, bias and running statistics. */
  public BatchNorm3d(int numFeatures, double eps, @Nullable Double momentum) {
    this(numFeatures, eps, momentum, true, true);
  }

  /**
   * @param numFeatures the number of channels, C
   * @param eps what is added to the variance
   * @param momentum the share of the newest batch in the running statistics; null for the mean of all batches
   * @param affine with weight and bias
   * @param trackRunningStats with running statistics; without them the batch's own are taken in evaluation too
   */
  public BatchNorm3d(int numFeatures, double eps, @Nullable Double momentum, boolean affine,
      boolean trackRunningStats) {
    super(numFeatures, eps, momentum, affine, trackRunningStats);
  }

  @Override
  void check(Shape shape) {
    if (!hasChannels(shape) || !(shape.rank() == 5)) throw wrongShape(shape, "[N, C, D, H, W]");
  }
}
