package io.jacquard.nn;

import io.jacquard.Shape;
import io.jacquard.tensor.Tensor;

/**
 * x where it is positive, elsewhere x times a slope that is learned (He et al. 2015).
 *
 * <pre>{@code
 * var y = new PReLU().call(x);            // one slope for all
 * var z = new PReLU(64).call(images);     // one for each channel of [N, 64, H, W]
 * }</pre>
 *
 * <p>The slopes are the parameter {@code weight}, of shape [1] or [channels]. Weight decay pulls them to 0, so it is best
 * left off for them.
 */
public final class PReLU extends Module {
  private final Parameter weight;

  /** One slope, which begins at 0.25. */
  public PReLU() {
    this(1);
  }

  /** @param numParameters 1, or the number of channels: the size of dimension 1 */
  public PReLU(int numParameters) {
    this(numParameters, 0.25);
  }

  /** @param init where the slopes begin */
  public PReLU(int numParameters, double init) {
    Check.positive("PReLU", "numParameters", numParameters);
    weight = parameter("weight", Init.constant(init).of(Shape.of(numParameters)));
  }

  public Parameter weight() {
    return weight;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.prelu(weight.value());
  }

  @Override
  public String toString() {
    return "PReLU(" + weight.numel() + ")";
  }
}
