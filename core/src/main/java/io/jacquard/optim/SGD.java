package io.jacquard.optim;

import io.jacquard.expr.Scalar;

/**
 * Stochastic gradient descent, with PyTorch's momentum: {@code v = momentum*v + g; p = p - lr*v}.
 *
 * <pre>{@code
 * var optimizer = SGD.of(0.1).withMomentum(0.9).over(model);
 * }</pre>
 *
 * @param weightDecay added to the gradient, times the parameter
 */
public record SGD(double lr, double momentum, double weightDecay) implements Rule {
  public SGD {
    Hyper.atLeastZero("SGD", "lr", lr);
    Hyper.atLeastZero("SGD", "momentum", momentum);
    Hyper.atLeastZero("SGD", "weightDecay", weightDecay);
  }

  /** Plain descent. */
  public static SGD of(double lr) {
    return new SGD(lr, 0, 0);
  }

  public SGD withMomentum(double momentum) {
    return new SGD(lr, momentum, weightDecay);
  }

  public SGD withWeightDecay(double weightDecay) {
    return new SGD(lr, momentum, weightDecay);
  }

  @Override
  public int states() {
    return momentum == 0 ? 0 : 1;
  }

  @Override
  public Scalar[] update(Update u) {
    var g = u.gradient();
    if (weightDecay != 0) g = g.add(u.parameter().mul(weightDecay));
    if (momentum == 0) return new Scalar[]{u.parameter().sub(u.lr().mul(g))};
    var v = u.states()[0].mul(momentum).add(g);
    return new Scalar[]{u.parameter().sub(u.lr().mul(v)), v};
  }
}
