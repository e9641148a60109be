package io.jacquard.nn;

/**
 * In training, zeroes each channel of each sample of [N, C, H, W] with probability p and scales the others by 1/(1-p) (Tompson et
 * al.: Efficient Object Localization Using Convolutional Networks, 2015). In evaluation, nothing.
 *
 * <pre>{@code
 * var y = new Dropout2d(0.2).call(Tensor.ones(4, 3, 10, 8));
 * }</pre>
 */
public final class Dropout2d extends ChannelDropout {
  /** PyTorch's default, 0.5. */
  public Dropout2d() {
    this(0.5);
  }

  /** @param p the share of channels that is dropped, from 0 to 1 */
  public Dropout2d(double p) {
    super(p, 2, 2 + 2, "[N, C, H, W]");
  }
}
