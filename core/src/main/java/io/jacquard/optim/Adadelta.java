package io.jacquard.optim;

import io.jacquard.expr.Scalar;
import java.util.List;

/**
 * Adadelta (Zeiler: ADADELTA: An Adaptive Learning Rate Method, 2012, algorithm 1), with PyTorch's defaults: lr 1, rho
 * 0.9, eps 1e-6.
 *
 * <pre>{@code
 * var optimizer = Adadelta.of(1).over(model);
 * }</pre>
 *
 * @param rho the share of the moving means that stays
 * @param weightDecay added to the gradient, times the parameter
 */
public record Adadelta(double lr, double rho, double eps, double weightDecay) implements Rule {
  public Adadelta {
    Hyper.atLeastZero("Adadelta", "lr", lr);
    Hyper.share("Adadelta", "rho", rho);
    Hyper.atLeastZero("Adadelta", "eps", eps);
    Hyper.atLeastZero("Adadelta", "weightDecay", weightDecay);
  }

  public static Adadelta of(double lr) {
    return new Adadelta(lr, 0.9, 1e-6, 0);
  }

  public Adadelta withRho(double rho) {
    return new Adadelta(lr, rho, eps, weightDecay);
  }

  public Adadelta withEps(double eps) {
    return new Adadelta(lr, rho, eps, weightDecay);
  }

  public Adadelta withWeightDecay(double weightDecay) {
    return new Adadelta(lr, rho, eps, weightDecay);
  }

  @Override
  public List<String> states() {
    return List.of("square_avg", "acc_delta");
  }

  @Override
  public Scalar[] update(Update u) {
    var g = u.gradient();
    if (weightDecay != 0) g = g.add(u.parameter().mul(weightDecay));
    var squares = Moments.ofSquares(u.states()[0], g, rho);
    var before = u.states()[1];
    var delta = before.add(eps).sqrt().div(squares.add(eps).sqrt()).mul(g);
    var deltas = Moments.ofSquares(before, delta, rho);
    return new Scalar[]{u.parameter().sub(u.lr().mul(delta)), squares, deltas};
  }
}
