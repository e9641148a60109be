package io.jacquard.nn;

import io.jacquard.expr.Scalar;
import io.jacquard.ops.ScalarFunction;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A module without parameters that computes one function of each element. A subclass only says which, and what it was
 * constructed with; the function itself is one line of {@link Scalar}.
 */
abstract class Activation extends Module {
  private final ScalarFunction function;
  private final Object[] arguments;

  Activation(ScalarFunction function, Object... arguments) {
    this.function = function;
    this.arguments = arguments;
  }

  /** @param op what errors and profiles call it */
  Activation(String op, UnaryOperator<Scalar> function, Object... arguments) {
    this(ScalarFunction.of(op, in -> function.apply(in[0])), arguments);
  }

  @Override
  protected final Tensor forward(Tensor x) {
    return Tensor.apply(function.on(x.dtype()), x)[0];
  }

  @Override
  public final String toString() {
    return getClass().getSimpleName()
        + Arrays.stream(arguments).map(String::valueOf).collect(Collectors.joining(", ", "(", ")"));
  }
}
