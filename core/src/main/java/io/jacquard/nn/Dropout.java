package io.jacquard.nn;

import io.jacquard.ops.ScalarFunction;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Tensor;

/**
 * In training, zeroes each element with probability p and scales the others by 1/(1-p), so that the expectation stays
 * (Srivastava et al., JMLR 2014). In evaluation, nothing.
 *
 * <pre>{@code
 * var model = Sequential.of(new Linear(784, 128), new ReLU(), new Dropout(0.2), new Linear(128, 10));
 * model.eval();   // for predictions, nothing is dropped
 * }</pre>
 *
 * <p>Which elements fall follows from the {@link Generator}'s seed and the draw alone; the mask is not stored but computed
 * again for the gradient.
 */
public final class Dropout extends Module {
  private final double p;
  private final ScalarFunction function;

  /** PyTorch's default, 0.5. */
  public Dropout() {
    this(0.5);
  }

  /** @param p the share that is dropped, from 0 to 1 */
  public Dropout(double p) {
    Check.probability("Dropout", "p", p);
    this.p = p;
    // Input 0 is x, input 1 the draw base; parameter 0 the seed, parameter 1 the draw's offset from the base.
    function = ScalarFunction.withParams("dropout", trace -> {
      var x = trace.input(0);
      var zero = x.constantFor(0);
      if (p >= 1) return trace.uniform(0, 1, 1).lt(2).where(zero, x);
      return trace.uniform(0, 1, 1).lt(p).where(zero, x.mul(1 / (1.0 - p)));
    });
  }

  @Override
  protected Tensor forward(Tensor x) {
    if (!isTraining() || p == 0) return x;
    var generator = Generator.current();
    var base = generator.base(x.device());
    var op = function.on(x.dtype(), base.dtype()).withParams(generator.seed(), generator.nextOffset());
    return Tensor.apply(op, x, base)[0];
  }

  @Override
  public String toString() {
    return "Dropout(" + p + ")";
  }
}
