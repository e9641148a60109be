package io.jacquard.optim;

import io.jacquard.expr.Scalar;

/** What Adam's family has in common: moving moments of the gradient, and the corrections of their bias towards 0. */
final class Moments {
  private Moments() {}

  /** {@code m + (g - m) * (1 - beta)}, PyTorch's lerp. */
  static Scalar lerp(Scalar m, Scalar g, Scalar beta) {
    return m.add(g.sub(m).mul(beta.rsub(1)));
  }

  /** {@code v * beta + g * g * (1 - beta)} */
  static Scalar ofSquares(Scalar v, Scalar g, double beta) {
    return v.mul(beta).add(g.mul(g).mul(1 - beta));
  }

  /** {@code 1 - beta^step}, without loss of digits where that is close to 0. */
  static Scalar correction(double beta, Scalar step) {
    return beta == 0 ? step.constantFor(1) : step.mul(Math.log(beta)).expm1().neg();
  }

  /** {@code 1 - beta^step} for a beta that changes from step to step; it counts as if it had always been what it is. */
  static Scalar correction(Scalar beta, Scalar step) {
    return step.mul(beta.log()).expm1().neg();
  }

  /** The counters of Adam and AdamW: step, and the two corrections. */
  static Scalar[] advance(Rule.Advance before, double beta1, double beta2) {
    var step = before.counters()[0].add(1);
    var first = beta1 == 0 ? step.constantFor(1) : correction(before.momentum(), step);
    return new Scalar[]{step, first, correction(beta2, step)};
  }

  /** Adam's step from a parameter on, by a gradient; states are the moments and, for AMSGrad, the largest second one. */
  static Scalar[] adam(Rule.Update u, Scalar parameter, Scalar g, double beta2, double eps, boolean amsgrad) {
    var m = lerp(u.states()[0], g, u.momentum());
    var v = ofSquares(u.states()[1], g, beta2);
    var largest = amsgrad ? u.states()[2].max(v) : v;
    var rate = u.lr().div(u.counters()[1]);
    var scale = u.counters()[2].rsqrt();
    var denominator = largest.sqrt().mul(scale).add(eps);
    var stepped = parameter.sub(rate.mul(m).div(denominator));
    return amsgrad ? new Scalar[]{stepped, m, v, largest} : new Scalar[]{stepped, m, v};
  }
}
