package io.jacquard.optim;

import io.jacquard.JacquardException;
import io.jacquard.expr.Scalar;

/**
 * Adam (Kingma, Ba: Adam: A Method for Stochastic Optimization, ICLR 2015, algorithm 1), with PyTorch's defaults: lr
 * 1e-3, betas 0.9 and 0.999, eps 1e-8.
 *
 * <pre>{@code
 * var optimizer = Adam.of(1e-3).over(model);
 * }</pre>
 *
 * <p>The bias corrections 1 - beta^t are counted up by {@code c = beta*c + (1 - beta)}, which loses no digits in float32.
 *
 * @param weightDecay added to the gradient, times the parameter
 */
public record Adam(double lr, double beta1, double beta2, double eps, double weightDecay) implements Rule {
  public Adam {
    Hyper.atLeastZero("Adam", "lr", lr);
    Hyper.atLeastZero("Adam", "eps", eps);
    Hyper.atLeastZero("Adam", "weightDecay", weightDecay);
    if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1)) {
      throw new JacquardException(
          "Adam: betas are " + beta1 + " and " + beta2 + ", expected numbers from 0 to below 1.");
    }
  }

  public static Adam of(double lr) {
    return new Adam(lr, 0.9, 0.999, 1e-8, 0);
  }

  public Adam withBetas(double beta1, double beta2) {
    return new Adam(lr, beta1, beta2, eps, weightDecay);
  }

  public Adam withWeightDecay(double weightDecay) {
    return new Adam(lr, beta1, beta2, eps, weightDecay);
  }

  @Override
  public int states() {
    return 2;
  }

  @Override
  public int counters() {
    return 2;
  }

  @Override
  public Scalar[] advance(Scalar[] c) {
    return new Scalar[]{c[0].mul(beta1).add(1 - beta1), c[1].mul(beta2).add(1 - beta2)};
  }

  @Override
  public Scalar[] update(Update u) {
    var g = u.gradient();
    if (weightDecay != 0) g = g.add(u.parameter().mul(weightDecay));
    var m = u.states()[0].mul(beta1).add(g.mul(1 - beta1));
    var v = u.states()[1].mul(beta2).add(g.mul(g).mul(1 - beta2));
    var rate = u.lr().div(u.counters()[0]);
    var scale = u.counters()[1].rsqrt();
    var denominator = v.sqrt().mul(scale).add(eps);
    return new Scalar[]{u.parameter().sub(rate.mul(m).div(denominator)), m, v};
  }
}
