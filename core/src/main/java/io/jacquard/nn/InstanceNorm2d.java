package io.jacquard.nn;

/**
 * Normalisation of [N, C, H, W], or of one without N, each channel of each sample for itself: {@code (x - mean) / sqrt(variance +
 * eps)} (Ulyanov et al. 2016).
 *
 * <pre>{@code
 * var y = new InstanceNorm2d(3).call(Tensor.rand(4, 3, 10, 8));
 * }</pre>
 *
 * <p>Without parameters and running statistics, unless asked for: the parameters {@code weight} and {@code bias}, [C]; the
 * buffers {@code running_mean}, {@code running_var} and {@code num_batches_tracked}, which are then taken in evaluation.
 */
public final class InstanceNorm2d extends InstanceNorm {
  /** With eps 1e-5. */
  public InstanceNorm2d(int numFeatures) {
    this(numFeatures, EPS, MOMENTUM, false, false);
  }

  /**
   * @param numFeatures the number of channels, C
   * @param eps what is added to the variance
   * @param momentum the share of the newest batch in the running statistics
   * @param affine with weight and bias
   * @param trackRunningStats with running statistics
   */
  public InstanceNorm2d(int numFeatures, double eps, double momentum, boolean affine,
      boolean trackRunningStats) {
    super(2, numFeatures, eps, momentum, affine, trackRunningStats);
  }
}
