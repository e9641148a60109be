package io.jacquard.ops;

import io.jacquard.spi.Spec;
import io.jacquard.tensor.CompositeOp;
import io.jacquard.tensor.Tensor;

/**
 * The gradient of {@link CrossEntropy}: {@code (exp(x - lse) - onehot(label)) * scale}. Inputs: logits x [N, C], the labels [N],
 * the saved log-sum-exp [N, 1], and as one number the scale, which is the arriving gradient divided by N. The labels have been
 * checked by then.
 *
 * <pre>{@code
 * var backward = new CrossEntropyBackward();   // a backend's run() meets it
 * }</pre>
 */
public record CrossEntropyBackward() implements CompositeOp {
  private static final ScalarFunction GRADIENT = ScalarFunction.of("cross_entropy_backward",
      in -> in[0].sub(in[1]).exp().sub(in[2].eq(in[3]).to(in[0].type())).mul(in[4]));

  @Override
  public String name() {
    return "cross_entropy_backward";
  }

  @Override
  public Spec[] infer(Spec[] in) {
    return new Spec[]{in[0]};
  }

  @Override
  public Tensor[] decompose(Tensor[] in) {
    var x = in[0];
    var t = x.dtype();
    return Tensor.apply(GRADIENT.on(t, t, t, t, t), x, in[2], CrossEntropy.column(in[1], t),
        CrossEntropy.numbers(x), in[3]);
  }
}
