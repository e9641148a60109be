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
 * <p>Where parameter, gradient and state are zero, an update must leave a parameter of zero: memory between parameters is
 * stepped too. Rules compute in float32, or in float64 for parameters of that type.
 */
public interface Rule {
  /** The initial learning rate. */
  double lr();

  /** The initial momentum, or what stands for it (beta1), which a schedule may change; 0 for none. */
  default double momentum() {
    return 0;
  }

  /** The names of what it remembers for each value of a parameter, as PyTorch has them. */
  default List<String> states() {
    return List.of();
  }

  /** With what state {@code k} begins. */
  default double initialState(int k) {
    return 0;
  }

  /** The names of the numbers that it counts with for each parameter, such as the steps; they begin at 0. */
  default List<String> counters() {
    return List.of();
  }

  /** The counters of the next step; run before its update. */
  default Scalar[] advance(Advance before) {
    return before.counters();
  }

  /** The new parameter, then the new states. */
  Scalar[] update(Update update);

  /** An optimizer that applies this rule to the trainable parameters of a module. */
  default Optimizer over(Module module) {
    return over(module.parameters());
  }

  /** An optimizer that applies this rule to some parameters. */
  default Optimizer over(List<Parameter> parameters) {
    return Optimizer.of(on(parameters));
  }

  /** This rule for the parameters of a module, as one of the groups of an {@link Optimizer#of}. */
  default ParameterGroup on(Module module) {
    return on(module.parameters());
  }

  /** This rule for some parameters, as one of the groups of an {@link Optimizer#of}. */
  default ParameterGroup on(List<Parameter> parameters) {
    return new ParameterGroup(this, parameters);
  }

  /** What counters are advanced from. */
  record Advance(Scalar[] counters, Scalar momentum) {}

  /** What an update computes with. */
  record Update(Scalar parameter, Scalar gradient, Scalar lr, Scalar momentum, Scalar[] states,
      Scalar[] counters) {}
}
