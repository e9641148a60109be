package io.jacquard.optim;

import io.jacquard.expr.Scalar;
import io.jacquard.nn.Module;
import io.jacquard.nn.Parameter;
import java.util.List;

/**
 * How an optimizer changes a parameter, written on scalars: a new optimizer is one record of this kind.
 *
 * <pre>{@code
 * record SignDescent(double lr) implements Rule {
 *   public Scalar[] update(Update u) {
 *     return new Scalar[] {u.parameter().sub(u.lr().mul(u.gradient().sign()))};
 *   }
 * }
 * var optimizer = new SignDescent(1e-4).over(model);
 * }</pre>
 *
 * <p>Where parameter, gradient and state are zero, an update must leave zeros: memory between parameters is stepped too.
 */
public interface Rule {
  /** The initial learning rate. */
  double lr();

  /** How many values it remembers for each value of a parameter; they begin at 0. */
  default int states() {
    return 0;
  }

  /** How many numbers it counts with for each parameter, such as bias corrections; they begin at 0. */
  default int counters() {
    return 0;
  }

  /** The counters of the next step; run before its update. */
  default Scalar[] advance(Scalar[] counters) {
    return counters;
  }

  /** The new parameter, then the new states. */
  Scalar[] update(Update update);

  /** An optimizer that applies this rule to the trainable parameters of a module. */
  default Optimizer over(Module module) {
    return new Optimizer(this, module.parameters());
  }

  /** An optimizer that applies this rule to some parameters. */
  default Optimizer over(List<Parameter> parameters) {
    return new Optimizer(this, parameters);
  }

  /** What an update computes with. */
  record Update(Scalar parameter, Scalar gradient, Scalar lr, Scalar[] states, Scalar[] counters) {}
}
