package io.jacquard.tensor;

import io.jacquard.ops.LogSoftmax;
import io.jacquard.ops.ScalarFunction;
import io.jacquard.ops.Scalars;
import io.jacquard.ops.Softmax;

/** The activation functions of {@link Tensor}. Each is one line of scalars; its gradient follows from it. */
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
    return Tensor.fuse(x -> x.leakyRelu(slope), self());
  }

  /** The exact form, with erf. */
  default Tensor gelu() {
    return unary(Scalars.GELU);
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

  private Tensor self() {
    return (Tensor) this;
  }
}
