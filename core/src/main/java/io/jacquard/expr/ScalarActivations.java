package io.jacquard.expr;

/**
 * The activation functions of {@link Scalar}: a new one is one line here. Its gradient follows from that line, on every
 * backend.
 *
 * <p>Rules that all of them keep: no overflow on the way to a finite result; NaN stays NaN; at a kink the gradient is
 * PyTorch's, which is why most choose with {@code where} and say on which side the kink itself lies.
 */
sealed interface ScalarActivations permits Scalar {
  /** max(x, 0), with gradient 0 at 0. */
  default Scalar relu() {
    return self().le(0).where(self().constantFor(0), self());
  }

  /** x, or {@code slope * x} from 0 down. */
  default Scalar leakyRelu(double slope) {
    return self().gt(0).where(self(), self().mul(slope));
  }

  /** As {@link #leakyRelu}, with a slope that is learned (He et al. 2015). */
  default Scalar prelu(Scalar slope) {
    return self().gt(0).where(self(), self().mul(slope));
  }

  /** x, or {@code alpha * (exp(x) - 1)} from 0 down (Clevert et al. 2015). */
  default Scalar elu(double alpha) {
    return self().gt(0).where(self(), self().expm1().mul(alpha));
  }

  /** {@link #elu} with the slope and scale that keep mean 0 and variance 1 (Klambauer et al. 2017). */
  default Scalar selu() {
    double alpha = 1.6732632423543772;
    double scale = 1.0507009873554805;
    return self().gt(0).where(self().mul(scale), self().expm1().mul(scale * alpha));
  }

  /** x, or {@code alpha * (exp(x / alpha) - 1)} from 0 down (Barron 2017). */
  default Scalar celu(double alpha) {
    return self().gt(0).where(self(), self().mul(1 / alpha).expm1().mul(alpha));
  }

  /** x * Phi(x), the exact form with erf (Hendrycks, Gimpel 2016). */
  default Scalar gelu() {
    return self().mul(0.5).mul(self().mul(Math.sqrt(0.5)).erf().add(1));
  }

  /** The same with {@code tanh(sqrt(2/pi) * (x + 0.044715 x^3))} for erf; beyond 10 the tanh is 1 and the cube may overflow. */
  default Scalar geluTanh() {
    var x = self().clamp(-10, 10);
    var inner = x.mul(x).mul(0.044715).add(1).mul(x).mul(Math.sqrt(2 / Math.PI));
    return self().mul(0.5).mul(inner.tanh().add(1));
  }

  /** x * sigmoid(x), also called swish (Elfwing et al. 2017). */
  default Scalar silu() {
    return self().mul(self().sigmoid());
  }

  /** x * tanh(softplus(x)) (Misra 2019). */
  default Scalar mish() {
    return self().mul(self().softplus().tanh());
  }

  /** log(1 + exp(x)), without overflow. */
  default Scalar softplus() {
    var x = self().floating();
    return x.max(0).add(x.abs().neg().exp().log1p());
  }

  /** {@code log(1 + exp(beta * x)) / beta}, and x itself where {@code beta * x} is above the threshold. */
  default Scalar softplus(double beta, double threshold) {
    var scaled = self().floating().mul(beta);
    return scaled.gt(threshold).where(self(), scaled.softplus().div(beta));
  }

  /** log(sigmoid(x)), without overflow. */
  default Scalar logSigmoid() {
    return self().neg().softplus().neg();
  }

  /** x / (1 + |x|). */
  default Scalar softsign() {
    var x = self().floating();
    return x.div(x.abs().add(1));
  }

  /** x held between two bounds; unlike {@link Scalar#clamp}'s, the gradient at a bound is 0. */
  default Scalar hardtanh(double low, double high) {
    var lower = self().constantFor(low);
    var upper = self().constantFor(high);
    return self().le(lower).where(lower, self().ge(upper).where(upper, self()));
  }

  /** x / 6 + 0.5, held between 0 and 1. */
  default Scalar hardsigmoid() {
    var x = self().floating();
    return x.le(-3).where(x.constantFor(0), x.ge(3).where(x.constantFor(1), x.add(3).div(6)));
  }

  /** x * hardsigmoid(x) (Howard et al. 2019). */
  default Scalar hardswish() {
    var x = self().floating();
    return x.le(-3).where(x.constantFor(0), x.ge(3).where(x, x.mul(x.add(3)).div(6)));
  }

  /** x - tanh(x). */
  default Scalar tanhshrink() {
    return self().sub(self().tanh());
  }

  /** x moved towards 0 by lambda; what is nearer to 0 than that becomes 0. */
  default Scalar softshrink(double lambda) {
    return self().gt(lambda).where(self().sub(lambda),
        self().lt(-lambda).where(self().add(lambda), self().mul(0)));
  }

  /** x, or 0 from minus lambda to lambda. */
  default Scalar hardshrink(double lambda) {
    return self().ge(-lambda).and(self().le(lambda)).where(self().constantFor(0), self());
  }

  /** x, or {@code value} from the threshold down. */
  default Scalar threshold(double threshold, double value) {
    return self().le(threshold).where(self().constantFor(value), self());
  }

  private Scalar self() {
    return (Scalar) this;
  }
}
