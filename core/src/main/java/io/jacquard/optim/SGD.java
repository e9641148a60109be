package io.jacquard.optim;

import io.jacquard.JacquardException;
import io.jacquard.expr.Scalar;
import java.util.List;

/**
 * Stochastic gradient descent, with PyTorch's momentum: {@code v = momentum*v + (1 - dampening)*g; p = p - lr*v}. Its
 * first step takes {@code v = g}, whatever the dampening. Nesterov's form (Sutskever et al.: On the importance of
 * initialization and momentum in deep learning, ICML 2013) steps by {@code g + momentum*v} instead.
 *
 * <pre>{@code
 * var optimizer = SGD.of(0.1).withMomentum(0.9).withNesterov().over(model);
 * }</pre>
 *
 * @param weightDecay added to the gradient, times the parameter
 */
public record SGD(double lr, double momentum, double dampening, double weightDecay, boolean nesterov)
    implements
      Rule {
  public SGD {
    Hyper.atLeastZero("SGD", "lr", lr);
    Hyper.atLeastZero("SGD", "momentum", momentum);
    Hyper.atLeastZero("SGD", "weightDecay", weightDecay);
    if (!Double.isFinite(dampening))
      throw new JacquardException("SGD: dampening is " + dampening + ", expected a number.");
    if (nesterov && (momentum == 0 || dampening != 0)) {
      throw new JacquardException("SGD: Nesterov's form with momentum " + momentum + " and dampening "
          + dampening + ", expected a momentum above 0 and no dampening. Call withMomentum first.");
    }
  }

  /** Plain descent. */
  public static SGD of(double lr) {
    return new SGD(lr, 0, 0, 0, false);
  }

  public SGD withMomentum(double momentum) {
    return new SGD(lr, momentum, dampening, weightDecay, nesterov);
  }

  public SGD withDampening(double dampening) {
    return new SGD(lr, momentum, dampening, weightDecay, nesterov);
  }

  public SGD withWeightDecay(double weightDecay) {
    return new SGD(lr, momentum, dampening, weightDecay, nesterov);
  }

  public SGD withNesterov() {
    return new SGD(lr, momentum, dampening, weightDecay, true);
  }

  @Override
  public List<String> states() {
    return momentum == 0 ? List.of() : List.of("momentum_buffer");
  }

  /** Without dampening the first step needs no case of its own: the buffer begins at 0. */
  @Override
  public List<String> counters() {
    return momentum == 0 || dampening == 0 ? List.of() : List.of("step");
  }

  @Override
  public Scalar[] advance(Advance before) {
    return new Scalar[]{before.counters()[0].add(1)};
  }

  @Override
  public Scalar[] update(Update u) {
    var g = u.gradient();
    if (weightDecay != 0) g = g.add(u.parameter().mul(weightDecay));
    if (momentum == 0) return new Scalar[]{u.parameter().sub(u.lr().mul(g))};
    var v = u.states()[0].mul(u.momentum()).add(g.mul(1 - dampening));
    if (dampening != 0) v = u.counters()[0].eq(1).where(g, v);
    var direction = nesterov ? g.add(v.mul(u.momentum())) : v;
    return new Scalar[]{u.parameter().sub(u.lr().mul(direction)), v};
  }
}
