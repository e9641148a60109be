package io.jacquard.optim;

import io.jacquard.expr.Scalar;
import java.util.ArrayList;
import java.util.List;

/**
 * RMSprop (Hinton: Neural Networks for Machine Learning, 2012, lecture 6e; centered: Graves: Generating Sequences With
 * Recurrent Neural Networks, 2013, equations 38 to 41), as PyTorch has it: eps is added after the root. Defaults lr 1e-2,
 * alpha 0.99, eps 1e-8.
 *
 * <pre>{@code
 * var optimizer = RMSprop.of(1e-2).withMomentum(0.9).withCentered().over(model);
 * }</pre>
 *
 * @param alpha the share of the squared gradients' moving mean that stays
 * @param weightDecay added to the gradient, times the parameter
 * @param momentum of the scaled gradients; 0 for none
 * @param centered divide by the standard deviation of the gradient instead of its root mean square
 */
public record RMSprop(double lr, double alpha, double eps, double weightDecay, double momentum,
    boolean centered) implements Rule {
  public RMSprop {
    Hyper.atLeastZero("RMSprop", "lr", lr);
    Hyper.share("RMSprop", "alpha", alpha);
    Hyper.atLeastZero("RMSprop", "eps", eps);
    Hyper.atLeastZero("RMSprop", "weightDecay", weightDecay);
    Hyper.atLeastZero("RMSprop", "momentum", momentum);
  }

  public static RMSprop of(double lr) {
    return new RMSprop(lr, 0.99, 1e-8, 0, 0, false);
  }

  public RMSprop withAlpha(double alpha) {
    return new RMSprop(lr, alpha, eps, weightDecay, momentum, centered);
  }

  public RMSprop withEps(double eps) {
    return new RMSprop(lr, alpha, eps, weightDecay, momentum, centered);
  }

  public RMSprop withWeightDecay(double weightDecay) {
    return new RMSprop(lr, alpha, eps, weightDecay, momentum, centered);
  }

  public RMSprop withMomentum(double momentum) {
    return new RMSprop(lr, alpha, eps, weightDecay, momentum, centered);
  }

  public RMSprop withCentered() {
    return new RMSprop(lr, alpha, eps, weightDecay, momentum, true);
  }

  @Override
  public List<String> states() {
    var names = new ArrayList<>(List.of("square_avg"));
    if (momentum > 0) names.add("momentum_buffer");
    if (centered) names.add("grad_avg");
    return names;
  }

  @Override
  public Scalar[] update(Update u) {
    var g = u.gradient();
    if (weightDecay != 0) g = g.add(u.parameter().mul(weightDecay));
    var states = new ArrayList<Scalar>();
    var squares = Moments.ofSquares(u.states()[0], g, alpha);
    states.add(squares);
    var mean = u.states()[u.states().length - 1]; // meant only if centered
    var spread = squares;
    if (centered) {
      mean = Moments.lerp(mean, g, mean.constantFor(alpha));
      spread = squares.sub(mean.mul(mean));
    }
    var scaled = g.div(spread.sqrt().add(eps));
    if (momentum > 0) {
      scaled = u.states()[1].mul(u.momentum()).add(scaled);
      states.add(scaled);
    }
    if (centered) states.add(mean);
    states.addFirst(u.parameter().sub(u.lr().mul(scaled)));
    return states.toArray(Scalar[]::new);
  }
}
