package io.jacquard.nn;

/**
 * In training, zeroes whole samples with probability p and scales the others by 1/(1-p). Put on the branch of a
 * {@link Residual} it is stochastic depth: the sample passes by the block (Huang et al. 2016). In evaluation, nothing.
 *
 * <pre>{@code
 * var block = Residual.of(Sequential.of(new Linear(64, 64), new ReLU(), new DropPath(0.1)));
 * }</pre>
 */
public final class DropPath extends ChannelDropout {
  /** @param p the share of samples whose branch is dropped, from 0 to 1 */
  public DropPath(double p) {
    super(p, 1, 0, "[N, ...]");
  }
}
