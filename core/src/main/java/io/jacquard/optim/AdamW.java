package io.jacquard.optim;

import io.jacquard.expr.Scalar;
import java.util.List;

/**
 * Adam with weight decay apart from the gradient (Loshchilov, Hutter: Decoupled Weight Decay Regularization, ICLR 2019,
 * algorithm 2), with PyTorch's defaults: lr 1e-3, betas 0.9 and 0.999, eps 1e-8, weight decay 1e-2.
 *
 * <pre>{@code
 * var optimizer = AdamW.of(1e-3).withWeightDecay(0.1).over(model);
 * }</pre>
 *
 * @param weightDecay each step first multiplies the parameter by {@code 1 - lr * weightDecay}
 * @param amsgrad divide by the largest second moment so far, see {@link Adam}
 */
public record AdamW(double lr, double beta1, double beta2, double eps, double weightDecay, boolean amsgrad)
    implements
      Rule {
  public AdamW {
    Hyper.atLeastZero("AdamW", "lr", lr);
    Hyper.atLeastZero("AdamW", "eps", eps);
    Hyper.atLeastZero("AdamW", "weightDecay", weightDecay);
    Hyper.betas("AdamW", beta1, beta2);
  }

  public static AdamW of(double lr) {
    return new AdamW(lr, 0.9, 0.999, 1e-8, 1e-2, false);
  }

  public AdamW withBetas(double beta1, double beta2) {
    return new AdamW(lr, beta1, beta2, eps, weightDecay, amsgrad);
  }

  public AdamW withEps(double eps) {
    return new AdamW(lr, beta1, beta2, eps, weightDecay, amsgrad);
  }

  public AdamW withWeightDecay(double weightDecay) {
    return new AdamW(lr, beta1, beta2, eps, weightDecay, amsgrad);
  }

  public AdamW withAmsgrad() {
    return new AdamW(lr, beta1, beta2, eps, weightDecay, true);
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
    var p = u.parameter();
    if (weightDecay != 0) p = p.mul(u.lr().mul(weightDecay).rsub(1));
    return Moments.adam(u, p, u.gradient(), beta2, eps, amsgrad);
  }
}
