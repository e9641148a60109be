package io.jacquard.ops;

import io.jacquard.JacquardException;
import io.jacquard.expr.Scalar;
import io.jacquard.spi.Spec;
import io.jacquard.tensor.Autocast;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.CompositeOp;
import io.jacquard.tensor.Keep;
import io.jacquard.tensor.Tensor;

/**
 * {@code -(t * log p + (1 - t) * log(1 - p))} for each pair of a probability p and a target t. As in PyTorch, logarithms are
 * held above -100, and the gradient {@code (p - t) / (p * (1 - p))} divides by no less than 1e-12: it is large, not
 * infinite, where the answer was certain and wrong, which is why this has a rule of its own.
 *
 * <pre>{@code
 * var losses = Tensor.apply(new BinaryCrossEntropy(), x.sigmoid(), y)[0];
 * }</pre>
 */
public record BinaryCrossEntropy() implements CompositeOp {
  private static final ScalarFunction LOSS = ScalarFunction.of("bce", in -> {
    var t = in[1];
    return t.mul(held(in[0].log())).add(t.rsub(1).mul(held(in[0].neg().log1p()))).neg();
  });
  private static final ScalarFunction BY_PROBABILITY = ScalarFunction.of("bce_backward", in -> {
    var p = in[1];
    var product = p.rsub(1).mul(p);
    var divisor = product.lt(1e-12).where(p.constantFor(1e-12), product);
    return in[0].mul(p.sub(in[2])).div(divisor);
  });
  private static final ScalarFunction BY_TARGET = ScalarFunction.of("bce_backward",
      in -> in[0].mul(in[1].neg().log1p().sub(in[1].log())));

  private static Scalar held(Scalar log) {
    return log.lt(-100).where(log.constantFor(-100), log);
  }

  @Override
  public String name() {
    return "bce";
  }

  @Override
  public Autocast.Kind autocast() {
    return Autocast.Kind.FLOAT32;
  }

  @Override
  public Spec[] infer(Spec[] in) {
    if (!in[0].dtype().isFloating() || !in[0].equals(in[1])) {
      throw new JacquardException("bce: probabilities " + in[0] + " and targets " + in[1]
          + ", expected one floating type and one shape.");
    }
    return new Spec[]{in[0]};
  }

  @Override
  public Tensor[] decompose(Tensor[] in) {
    return Tensor.apply(LOSS.on(in[0].dtype(), in[1].dtype()), in);
  }

  @Override
  public boolean hasRule() {
    return true;
  }

  @Override
  public Keep keep(long wanted) {
    return Keep.INPUTS;
  }

  @Override
  public void backward(Backward b) {
    var g = b.gradient(0);
    var p = b.input(0);
    var t = g.dtype();
    if (b.needs(0)) b.give(0, BY_PROBABILITY.on(t, t, t), g, p, b.input(1));
    if (b.needs(1)) b.give(1, BY_TARGET.on(t, t), g, p);
  }
}
