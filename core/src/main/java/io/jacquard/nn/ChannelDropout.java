package io.jacquard.nn;

import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.ops.ScalarFunction;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Tensor;

/** What layers share that drop whole slices of their input: one random number for each index of the leading dimensions. */
abstract class ChannelDropout extends Module {
  private final double p;
  private final int leading;
  private final int rank;
  private final String expected;
  /** Input 0 is the draw base; parameter 0 the seed, parameter 1 the draw's offset from the base. */
  private final ScalarFunction mask;

  /**
   * @param leading how many dimensions tell slices apart
   * @param rank of the input; 0 for any
   */
  ChannelDropout(double p, int leading, int rank, String expected) {
    Check.probability(getClass().getSimpleName(), "p", p);
    this.p = p;
    this.leading = leading;
    this.rank = rank;
    this.expected = expected;
    mask = ScalarFunction.withParams("channel_dropout", trace -> {
      var u = trace.uniform(0, 0, 1);
      return u.lt(p).where(u.constantFor(0), u.constantFor(p >= 1 ? 0 : 1 / (1.0 - p)));
    });
  }

  @Override
  protected final Tensor forward(Tensor x) {
    if (x.rank() < leading || rank > 0 && x.rank() != rank) {
      throw new JacquardException(getClass().getSimpleName() + ": the input is " + x.shape() + ", expected "
          + expected + ". Use unsqueeze(0) for one sample.");
    }
    if (!isTraining() || p == 0) return x;
    var slices = new long[x.rank()];
    for (int d = 0; d < slices.length; d++) slices[d] = d < leading ? x.size(d) : 1;
    var generator = Generator.current();
    var base = generator.base(x.device()).expand(Shape.of(slices));
    var op = mask.on(base.dtype()).withParams(generator.seed(), generator.nextOffset());
    return x.mul(Tensor.apply(op, base)[0].to(x.dtype()));
  }

  @Override
  public final String toString() {
    return getClass().getSimpleName() + "(" + p + ")";
  }
}
