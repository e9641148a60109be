package io.jacquard.ops;

import io.jacquard.JacquardException;
import io.jacquard.spi.Spec;
import io.jacquard.tensor.Autocast;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.CompositeOp;
import io.jacquard.tensor.Keep;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;

/**
 * {@link BatchNorm} with weight and bias, and ReLU behind it: {@code relu(batch_norm(x))}, or, where the way round a block of
 * a residual network ends, {@code relu(batch_norm(x) + residual)}. One op, since each pass over memory that is saved counts:
 * neither what comes before ReLU nor its gradient is ever written.
 *
 * <pre>{@code
 * var x = Tensor.ones(8, 3);
 * var out = Tensor.apply(new BatchNormRelu(1e-5, false), x, Tensor.ones(3), Tensor.zeros(3));   // y, mean, variance
 * }</pre>
 *
 * <p>Inputs: x as {@link BatchNorm} takes it, weight, bias, and the residual, of x's shape and type, if there is one.
 */
public record BatchNormRelu(double eps, boolean residual) implements CompositeOp {
  private static final ScalarFunction ADD_RELU = ScalarFunction.of("batch_norm_relu",
      in -> in[0].add(in[1]).relu());

  @Override
  public String name() {
    return "batch_norm_relu";
  }

  @Override
  public Autocast.Kind autocast() {
    return Autocast.Kind.FLOAT32;
  }

  @Override
  public Spec[] infer(Spec[] in) {
    int expected = residual ? 4 : 3;
    if (in.length != expected) {
      throw new JacquardException(name() + ": " + in.length + " inputs, expected " + expected
          + ": the tensor, weight, bias" + (residual ? " and residual." : "."));
    }
    if (residual && !in[3].equals(in[0])) {
      throw new JacquardException(name() + ": the residual is " + in[3] + ", expected " + in[0]
          + ", as the tensor is.");
    }
    return new BatchNorm(eps).infer(Arrays.copyOf(in, 3));
  }

  @Override
  public Tensor[] decompose(Tensor[] in) {
    var out = Tensor.apply(new BatchNorm(eps), Arrays.copyOf(in, 3));
    var t = out[0].dtype();
    var y = residual ? Tensor.apply(ADD_RELU.on(t, t), out[0], in[3])[0] : out[0].relu();
    return new Tensor[]{y, out[1], out[2]};
  }

  @Override
  public boolean hasRule() {
    return true;
  }

  /** All but the residual; the result tells where ReLU let numbers through. */
  @Override
  public Keep keep(long wanted) {
    return new Keep(7, 7);
  }

  @Override
  public void backward(Backward b) {
    var x = b.input(0);
    var gradients = Tensor.apply(new BatchNormReluBackward(eps, residual), b.gradient(0), x, b.output(0),
        b.output(1), b.output(2), b.input(1), b.input(2));
    b.give(0, BatchNorm.plusStatistics(gradients[0], x, b.output(1), b.arrivedGradient(1),
        b.arrivedGradient(2)));
    b.give(1, gradients[1]);
    b.give(2, gradients[2]);
    if (residual) b.give(3, gradients[3]);
  }
}
