package io.jacquard.tensor;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.spi.DeviceInfo;
import io.jacquard.spi.Operation;
import io.jacquard.spi.Spec;

/**
 * An operation on tensors: a small value that says what is computed, how its shapes follow, and what its gradient is.
 * Nothing is captured in closures, so an op can be printed, compared and handed to a backend.
 *
 * <pre>{@code
 * Op op = new CrossEntropy();
 * var loss = Tensor.apply(op, x, labels)[0];
 * }</pre>
 *
 * <p>An op is one of three kinds: {@link ViewOp} edits a layout, {@link KernelOp} calls the backend, {@link CompositeOp}
 * is defined by other ops. {@link Tensor#apply} runs it. See {@code docs/adding-an-op.md}.
 */
public sealed interface Op extends Operation permits ViewOp, KernelOp, CompositeOp {
  /**
   * The types and shapes of the outputs, those that are only saved for the gradient last.
   *
   * @throws JacquardException naming the op, the shapes, what does not fit and what may help
   */
  Spec[] infer(Spec[] in);

  /** How many of the outputs are only saved for {@link #backward}, and never seen by users. */
  default int saved() {
    return 0;
  }

  /**
   * Whether inputs of a half type (bfloat16, float16) are converted to float32 before this op runs on a device, and its
   * results to the types that {@link #infer} gave. An op that moves data, or converts by itself, says no.
   *
   * @param half the type of such an input
   */
  default boolean widens(DeviceInfo device, DType half) {
    return true;
  }

  /** What floats among the inputs are converted to while an {@link Autocast} is open. */
  default Autocast.Kind autocast() {
    return Autocast.Kind.WIDEST;
  }

  /**
   * What {@link #backward} will ask for, so that nothing else is kept alive.
   *
   * @param wanted bit i is set if the gradient of input i will be needed
   */
  default Keep keep(long wanted) {
    return Keep.EVERYTHING;
  }

  /**
   * How many multiplications, each with an addition, this op does by itself if it is a product; 0 for all others, and for
   * those that consist of products.
   */
  default long multiplyAdds(Spec[] in, Spec[] out) {
    return 0;
  }

  /** The gradient rule, written on tensors: gives each input that needs one its gradient. */
  default void backward(Backward b) {
    throw new JacquardException(
        name() + " has no gradient. Use detach() on its input if none is meant to flow.");
  }
}
