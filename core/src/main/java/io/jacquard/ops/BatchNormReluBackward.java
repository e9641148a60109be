package io.jacquard.ops;

import io.jacquard.spi.Spec;
import io.jacquard.tensor.CompositeOp;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;

/**
 * The gradients of {@link BatchNormRelu}: those of {@link BatchNorm} for a gradient that is 0 where ReLU's result is. Inputs:
 * the arriving gradient g, x, the result y, mean, variance, weight, bias.
 *
 * <pre>{@code
 * var backward = new BatchNormReluBackward(1e-5, false);   // a backend's run() meets it
 * }</pre>
 *
 * <p>Outputs: dx, dw, db, and the residual's gradient if there is a residual. y follows from the other inputs, where there is
 * none: a backend may compute again where it is 0, if that gives the bits that its forward pass gave.
 */
public record BatchNormReluBackward(double eps, boolean residual) implements CompositeOp {
  private static final ScalarFunction THROUGH_RELU = ScalarFunction.of("batch_norm_relu_backward",
      in -> in[1].le(0).where(in[0].constantFor(0), in[0]));

  @Override
  public String name() {
    return "batch_norm_relu_backward";
  }

  @Override
  public Spec[] infer(Spec[] in) {
    var specs = new Spec[]{in[1], in[3], in[3], in[1]};
    return residual ? specs : Arrays.copyOf(specs, 3);
  }

  @Override
  public Tensor[] decompose(Tensor[] in) {
    var g = Tensor.apply(THROUGH_RELU.on(in[0].dtype(), in[2].dtype()), in[0], in[2])[0];
    var rstd = in[4].add(eps).rsqrt();
    var gradients = Tensor.apply(new BatchNormBackward(), g, in[1], in[3], rstd, in[5]);
    if (!residual) return gradients;
    return new Tensor[]{gradients[0], gradients[1], gradients[2], g};
  }
}
