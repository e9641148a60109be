package io.jacquard.optim;

import io.jacquard.expr.Scalar;
import java.util.List;

/**
 * Adagrad (Duchi, Hazan, Singer: Adaptive Subgradient Methods for Online Learning and Stochastic Optimization, JMLR 2011),
 * with PyTorch's defaults: lr 1e-2, eps 1e-10. The rate of step t, from 1, is {@code lr / (1 + (t - 1) * lrDecay)}.
 *
 * <pre>{@code
 * var optimizer = Adagrad.of(1e-2).over(model);
 * }</pre>
 *
 * @param weightDecay added to the gradient, times the parameter
 * @param initialAccumulator with what the sums of squared gradients begin
 */
public record Adagrad(double lr, double lrDecay, double weightDecay, double initialAccumulator, double eps)
    implements
      Rule {
  public Adagrad {
    Hyper.atLeastZero("Adagrad", "lr", lr);
    Hyper.atLeastZero("Adagrad", "lrDecay", lrDecay);
    Hyper.atLeastZero("Adagrad", "weightDecay", weightDecay);
    Hyper.atLeastZero("Adagrad", "initialAccumulator", initialAccumulator);
    Hyper.atLeastZero("Adagrad", "eps", eps);
  }

  public static Adagrad of(double lr) {
    return new Adagrad(lr, 0, 0, 0, 1e-10);
  }

  public Adagrad withLrDecay(double lrDecay) {
    return new Adagrad(lr, lrDecay, weightDecay, initialAccumulator, eps);
  }

  public Adagrad withWeightDecay(double weightDecay) {
    return new Adagrad(lr, lrDecay, weightDecay, initialAccumulator, eps);
  }

  public Adagrad withInitialAccumulator(double initialAccumulator) {
    return new Adagrad(lr, lrDecay, weightDecay, initialAccumulator, eps);
  }

  public Adagrad withEps(double eps) {
    return new Adagrad(lr, lrDecay, weightDecay, initialAccumulator, eps);
  }

  @Override
  public List<String> states() {
    return List.of("sum");
  }

  @Override
  public double initialState(int k) {
    return initialAccumulator;
  }

  @Override
  public List<String> counters() {
    return lrDecay == 0 ? List.of() : List.of("step");
  }

  @Override
  public Scalar[] advance(Advance before) {
    return new Scalar[]{before.counters()[0].add(1)};
  }

  @Override
  public Scalar[] update(Update u) {
    var g = u.gradient();
    if (weightDecay != 0) g = g.add(u.parameter().mul(weightDecay));
    var rate = u.lr();
    if (lrDecay != 0) rate = rate.div(u.counters()[0].sub(1).mul(lrDecay).add(1));
    var sum = u.states()[0].add(g.mul(g));
    return new Scalar[]{u.parameter().sub(rate.mul(g).div(sum.sqrt().add(eps))), sum};
  }
}
