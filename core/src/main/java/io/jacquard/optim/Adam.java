package io.jacquard.optim;

import io.jacquard.expr.Scalar;
import java.util.List;

/**
 * Adam (Kingma, Ba: Adam: A Method for Stochastic Optimization, ICLR 2015, algorithm 1), with PyTorch's defaults: lr
 * 1e-3, betas 0.9 and 0.999, eps 1e-8.
 *
 * <pre>{@code
 * var optimizer = Adam.of(1e-3).over(model);
 * }</pre>
 *
 * @param weightDecay added to the gradient, times the parameter; for decay apart from the gradient see {@link AdamW}
 * @param amsgrad divide by the largest second moment so far (Reddi, Kale, Kumar: On the Convergence of Adam and Beyond,
 *        ICLR 2018, algorithm 2), whose bias is corrected as PyTorch does it, after the maximum
 */
public record Adam(double lr, double beta1, double beta2, double eps, double weightDecay, boolean amsgrad)
    implements
      Rule {
  public Adam {
    Hyper.atLeastZero("Adam", "lr", lr);
    Hyper.atLeastZero("Adam", "eps", eps);
    Hyper.atLeastZero("Adam", "weightDecay", weightDecay);
    Hyper.betas("Adam", beta1, beta2);
  }

  public static Adam of(double lr) {
    return new Adam(lr, 0.9, 0.999, 1e-8, 0, false);
  }

  public Adam withBetas(double beta1, double beta2) {
    return new Adam(lr, beta1, beta2, eps, weightDecay, amsgrad);
  }

  public Adam withEps(double eps) {
    return new Adam(lr, beta1, beta2, eps, weightDecay, amsgrad);
  }

  public Adam withWeightDecay(double weightDecay) {
    return new Adam(lr, beta1, beta2, eps, weightDecay, amsgrad);
  }

  public Adam withAmsgrad() {
    return new Adam(lr, beta1, beta2, eps, weightDecay, true);
  }

  @Override
  public double momentum() {
    return beta1;
  }

  @Override
  public List<String> states() {
    return amsgrad ? List.of("exp_avg", "exp_avg_sq", "max_exp_avg_sq") : List.of("exp_avg", "exp_avg_sq");
  }

  @Override
  public List<String> counters() {
    return List.of("step", "correction1", "correction2");
  }

  @Override
  public Scalar[] advance(Advance before) {
    return Moments.advance(before, beta1, beta2);
  }

  @Override
  public Scalar[] update(Update u) {
    var g = u.gradient();
    if (weightDecay != 0) g = g.add(u.parameter().mul(weightDecay));
    return Moments.adam(u, u.parameter(), g, beta2, eps, amsgrad);
  }
}
