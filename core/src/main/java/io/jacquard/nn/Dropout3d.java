package io.jacquard.nn;

/**
 * In training, zeroes each channel of each sample of [N, C, D, H, W] with probability p and scales the others by 1/(1-p) (Tompson et
 * al.: Efficient Object Localization Using Convolutional Networks, 2015). In evaluation, nothing.
 *
 * <pre>{@code
 * var y = new Dropout3d(0.2).call(Tensor.ones(4, 3, 5, 6, 7));
 * }</pre>
 */
public final class Dropout3d extends ChannelDropout {
  /** PyTorch's default, 0.5. */
  public Dropout3d() {
    this(0.5);
  }

  /** @param p the share of channels that is dropped, from 0 to 1 */
  public Dropout3d(double p) {
    super(p, 2, 3 + 2, "[N, C, D, H, W]");
  }
}
