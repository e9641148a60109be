package io.jacquard.tensor;

import io.jacquard.JacquardException;
import io.jacquard.expr.Scalar;
import io.jacquard.ops.LogSoftmax;
import io.jacquard.ops.ScalarFunction;
import io.jacquard.ops.Scalars;
import io.jacquard.ops.Softmax;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * The activation functions of {@link Tensor}. Each is one line of scalars, which {@link Scalar} explains; its gradient
 * follows from it. Integers become float32 where the function gives fractions.
 */
sealed interface TensorActivations extends Shaped permits Tensor {
  default Tensor tanh() {
    return unary(Scalars.TANH);
  }

  default Tensor sigmoid() {
    return unary(Scalars.SIGMOID);
  }

  default Tensor relu() {
    return unary(Scalars.RELU);
  }

  /** PyTorch's default slope is 0.01. */
  default Tensor leakyRelu(double slope) {
    return unary("leaky_relu", x -> x.leakyRelu(slope));
  }

  /**
   * x, or x times a learned slope from 0 down.
   *
   * @param slope one number, or one for each channel: shape [C] beside [N, C, ...]
   */
  default Tensor prelu(Tensor slope) {
    if (slope.numel() == 1) return prelu(slope, ones(rank()));
    if (slope.rank() != 1 || rank() < 2 || size(1) != slope.size(0)) {
      throw new JacquardException("prelu: slopes " + slope.shape() + " do not fit the tensor " + shape()
          + ", expected one slope, or as many as the tensor has channels in dimension 1.");
    }
    var channels = ones(rank());
    channels[1] = slope.size(0);
    return prelu(slope, channels);
  }

  private Tensor prelu(Tensor slope, long[] broadcast) {
    return Tensor.apply(Scalars.PRELU.on(dtype(), slope.dtype()), self(), slope.reshape(broadcast))[0];
  }

  private static long[] ones(int rank) {
    var ones = new long[rank];
    Arrays.fill(ones, 1);
    return ones;
  }

  /** PyTorch's default for alpha is 1. */
  default Tensor elu(double alpha) {
    return unary("elu", x -> x.elu(alpha));
  }

  default Tensor selu() {
    return unary(Scalars.SELU);
  }

  /** PyTorch's default for alpha is 1. */
  default Tensor celu(double alpha) {
    if (alpha == 0)
      throw new JacquardException("celu: alpha is 0, expected another number: x is divided by it.");
    return unary("celu", x -> x.celu(alpha));
  }

  /** The exact form, with erf. */
  default Tensor gelu() {
    return unary(Scalars.GELU);
  }

  /** The approximation with tanh, as GPT-2 has it. */
  default Tensor geluTanh() {
    return unary(Scalars.GELU_TANH);
  }

  default Tensor silu() {
    return unary(Scalars.SILU);
  }

  default Tensor mish() {
    return unary(Scalars.MISH);
  }

  /** With PyTorch's defaults: beta 1, threshold 20. */
  default Tensor softplus() {
    return unary(Scalars.SOFTPLUS);
  }

  /** {@code log(1 + exp(beta * x)) / beta}, and x itself where {@code beta * x} is above the threshold. */
  default Tensor softplus(double beta, double threshold) {
    if (beta == 0) throw new JacquardException("softplus: beta is 0, expected another number: it divides.");
    return unary("softplus", x -> x.softplus(beta, threshold));
  }

  default Tensor softsign() {
    return unary(Scalars.SOFTSIGN);
  }

  default Tensor logSigmoid() {
    return unary(Scalars.LOG_SIGMOID);
  }

  default Tensor hardsigmoid() {
    return unary(Scalars.HARDSIGMOID);
  }

  default Tensor hardswish() {
    return unary(Scalars.HARDSWISH);
  }

  /** Held between two bounds, PyTorch's defaults being -1 and 1; unlike clamp's, the gradient at a bound is 0. */
  default Tensor hardtanh(double low, double high) {
    if (!(low < high)) {
      throw new JacquardException(
          "hardtanh: the bounds are " + low + " and " + high + ", expected the lower one first.");
    }
    return unary("hardtanh", x -> x.hardtanh(low, high));
  }

  /** max(x, 0), at most 6. */
  default Tensor relu6() {
    return unary(Scalars.RELU6);
  }

  default Tensor tanhshrink() {
    return unary(Scalars.TANHSHRINK);
  }

  /** PyTorch's default for lambda is 0.5. */
  default Tensor softshrink(double lambda) {
    if (!(lambda >= 0))
      throw new JacquardException("softshrink: lambda is " + lambda + ", expected 0 or more.");
    return unary("softshrink", x -> x.softshrink(lambda));
  }

  /** PyTorch's default for lambda is 0.5. */
  default Tensor hardshrink(double lambda) {
    return unary("hardshrink", x -> x.hardshrink(lambda));
  }

  /** x, or {@code value} from the threshold down. */
  default Tensor threshold(double threshold, double value) {
    return unary("threshold", x -> x.threshold(threshold, value));
  }

  /** The first half of a dimension times the sigmoid of the second: {@code [.., 2n, ..] -> [.., n, ..]} (Dauphin et al. 2017). */
  default Tensor glu(int dim) {
    int d = shape().dim("glu", dim);
    long size = shape().size(d);
    if (size % 2 != 0) {
      throw new JacquardException("glu: dimension " + dim + " of shape " + shape() + " has size " + size
          + ", expected an even size: its second half is the gate of the first.");
    }
    var a = self().slice(d, 0, size / 2);
    var gate = self().slice(d, size / 2, size);
    return Tensor.apply(Scalars.GLU.on(dtype(), dtype()), a, gate)[0];
  }

  default Tensor softmax(int dim) {
    return Tensor.apply(new Softmax(shape().dim("softmax", dim)), self())[0];
  }

  default Tensor logSoftmax(int dim) {
    return Tensor.apply(new LogSoftmax(shape().dim("log_softmax", dim)), self())[0];
  }

  private Tensor unary(ScalarFunction function) {
    return Tensor.apply(function.on(dtype()), self())[0];
  }

  /** For functions with numbers of their own, which are traced at each call; modules keep theirs. */
  private Tensor unary(String name, UnaryOperator<Scalar> body) {
    return unary(ScalarFunction.of(name, in -> body.apply(in[0])));
  }

  private Tensor self() {
    return (Tensor) this;
  }
}
