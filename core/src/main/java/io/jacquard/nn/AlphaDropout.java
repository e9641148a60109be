package io.jacquard.nn;

import io.jacquard.ops.ScalarFunction;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Tensor;

/**
 * Dropout for networks of {@link SELU}: in training each element becomes, with probability p, what SELU gives far below zero,
 * and all are scaled and moved so that mean and variance stay (Klambauer et al. 2017). In evaluation, nothing.
 *
 * <pre>{@code
 * var model = Sequential.of(new Linear(784, 128), new SELU(), new AlphaDropout(0.1), new Linear(128, 10));
 * }</pre>
 */
public final class AlphaDropout extends Module {
  /** The limit of SELU towards minus infinity. */
  private static final double LIMIT = -1.7580993408473766;

  private final double p;
  private final ScalarFunction function;

  /** PyTorch's default, 0.5. */
  public AlphaDropout() {
    this(0.5);
  }

  /** @param p the share that is dropped, from 0 to 1; of 1 all become 0, as in PyTorch */
  public AlphaDropout(double p) {
    Check.probability("AlphaDropout", "p", p);
    this.p = p;
    double scale = p >= 1 ? 0 : 1 / Math.sqrt((1 - p) * (1 + p * LIMIT * LIMIT));
    double shift = -scale * LIMIT * p;
    // Input 0 is x, input 1 the draw base; parameter 0 the seed, parameter 1 the draw's offset from the base.
    function = ScalarFunction.withParams("alpha_dropout", trace -> {
      var x = trace.input(0);
      var dropped = x.constantFor(p >= 1 ? 0 : scale * LIMIT + shift);
      if (p >= 1) return trace.uniform(0, 1, 1).lt(2).where(dropped, x);
      return trace.uniform(0, 1, 1).lt(p).where(dropped, x.mul(scale).add(shift));
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
    return "AlphaDropout(" + p + ")";
  }
}
