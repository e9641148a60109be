package io.jacquard.optim;

import io.jacquard.expr.Scalar;
import java.util.List;

/**
 * Adam with Nesterov's look ahead (Dozat: Incorporating Nesterov Momentum into Adam, ICLR 2016 workshop), as PyTorch has
 * it: {@code mu_t = beta1 * (1 - 0.96^(t * momentumDecay) / 2)}; defaults lr 2e-3, betas 0.9 and 0.999, eps 1e-8,
 * momentum decay 4e-3.
 *
 * <pre>{@code
 * var optimizer = NAdam.of(2e-3).over(model);
 * }</pre>
 *
 * @param weightDecay added to the gradient, times the parameter; or apart from it, see {@code decoupled}
 * @param decoupled each step first multiplies the parameter by {@code 1 - lr * weightDecay}, as {@link AdamW} does
 */
public record NAdam(double lr, double beta1, double beta2, double eps, double weightDecay,
    double momentumDecay, boolean decoupled) implements Rule {
  public NAdam {
    Hyper.atLeastZero("NAdam", "lr", lr);
    Hyper.atLeastZero("NAdam", "eps", eps);
    Hyper.atLeastZero("NAdam", "weightDecay", weightDecay);
    Hyper.atLeastZero("NAdam", "momentumDecay", momentumDecay);
    Hyper.betas("NAdam", beta1, beta2);
  }

  public static NAdam of(double lr) {
    return new NAdam(lr, 0.9, 0.999, 1e-8, 0, 4e-3, false);
  }

  public NAdam withBetas(double beta1, double beta2) {
    return new NAdam(lr, beta1, beta2, eps, weightDecay, momentumDecay, decoupled);
  }

  public NAdam withEps(double eps) {
    return new NAdam(lr, beta1, beta2, eps, weightDecay, momentumDecay, decoupled);
  }

  public NAdam withWeightDecay(double weightDecay) {
    return new NAdam(lr, beta1, beta2, eps, weightDecay, momentumDecay, false);
  }

  public NAdam withDecoupledWeightDecay(double weightDecay) {
    return new NAdam(lr, beta1, beta2, eps, weightDecay, momentumDecay, true);
  }

  public NAdam withMomentumDecay(double momentumDecay) {
    return new NAdam(lr, beta1, beta2, eps, weightDecay, momentumDecay, decoupled);
  }

  @Override
  public double momentum() {
    return beta1;
  }

  @Override
  public List<String> states() {
    return List.of("exp_avg", "exp_avg_sq");
  }

  @Override
  public List<String> counters() {
    return List.of("step", "mu_product", "gradient_share", "moment_share", "correction2");
  }

  @Override
  public Scalar[] advance(Advance before) {
    var step = before.counters()[0].add(1);
    var mu = mu(before.momentum(), step);
    var next = mu(before.momentum(), step.add(1));
    var product = step.eq(1).where(mu, before.counters()[1].mul(mu));
    var gradientShare = mu.rsub(1).div(product.rsub(1));
    var momentShare = next.div(product.mul(next).rsub(1));
    return new Scalar[]{step, product, gradientShare, momentShare, Moments.correction(beta2, step)};
  }

  private Scalar mu(Scalar beta, Scalar step) {
    return beta.mul(step.mul(momentumDecay * Math.log(0.96)).exp().mul(-0.5).add(1));
  }

  @Override
  public Scalar[] update(Update u) {
    var p = u.parameter();
    var g = u.gradient();
    if (weightDecay != 0 && decoupled) p = p.mul(u.lr().mul(weightDecay).rsub(1));
    if (weightDecay != 0 && !decoupled) g = g.add(u.parameter().mul(weightDecay));
    var m = Moments.lerp(u.states()[0], g, u.momentum());
    var v = Moments.ofSquares(u.states()[1], g, beta2);
    var denominator = v.div(u.counters()[4]).sqrt().add(eps);
    p = p.sub(u.lr().mul(u.counters()[2]).mul(g).div(denominator));
    p = p.sub(u.lr().mul(u.counters()[3]).mul(m).div(denominator));
    return new Scalar[]{p, m, v};
  }
}
