package io.jacquard.nn;

import io.jacquard.tensor.Tensor;
import java.util.function.UnaryOperator;

/**
 * A function as a module, for a {@link Sequential}.
 *
 * <pre>{@code
 * var model = Sequential.of(new Lambda("scale", x -> x.div(255)), new Linear(784, 10));
 * }</pre>
 *
 * <p>What it does must not depend on anything that changes between training steps: steps are recorded and replayed.
 */
public final class Lambda extends Module {
  private final String what;
  private final UnaryOperator<Tensor> function;

  public Lambda(UnaryOperator<Tensor> function) {
    this("", function);
  }

  /** @param what a name for it, in printed models */
  public Lambda(String what, UnaryOperator<Tensor> function) {
    this.what = what;
    this.function = function;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return function.apply(x);
  }

  @Override
  public String toString() {
    return "Lambda(" + what + ")";
  }
}
