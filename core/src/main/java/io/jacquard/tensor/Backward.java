package io.jacquard.tensor;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.ops.Slice;
import io.jacquard.spi.Device;
import io.jacquard.spi.Layout;
import io.jacquard.spi.Spec;
import org.jspecify.annotations.Nullable;

/**
 * What a gradient rule works with: the values that its op kept, the gradients of the outputs, and a place to give the
 * inputs theirs.
 *
 * <pre>{@code
 * public void backward(Backward b) {          // of y = x.matmul(w)
 *   var g = b.gradient(0);
 *   if (b.needs(0)) b.give(0, new MatMul(), g, b.input(1).mT());
 *   if (b.needs(1)) b.give(1, new MatMul(), b.input(0).mT(), g);
 * }
 * }</pre>
 */
public final class Backward {
  private final Engine engine;
  private final Node node;

  Backward(Engine engine, Node node) {
    this.engine = engine;
    this.node = node;
  }

  /** Input {@code i}, which the op's {@code keep} must have named. */
  public Tensor input(int i) {
    return node.input(i);
  }

  /** Output {@code j}, saved ones included, which the op's {@code keep} must have named unless it is a saved one. */
  public Tensor output(int j) {
    return node.output(j);
  }

  /** The number of inputs. */
  public int inputs() {
    return node.sources.length;
  }

  /** The shape of input {@code i}, kept or not. */
  public Shape inputShape(int i) {
    return node.inputs[i].shape();
  }

  public DType inputType(int i) {
    return node.inputs[i].dtype();
  }

  /** How input {@code i} lay in memory, kept or not. */
  public Layout inputLayout(int i) {
    return node.inputs[i].layout();
  }

  /** The shape of output {@code j}, kept or not. */
  public Shape outputShape(int j) {
    return node.outputs[j].shape();
  }

  public Device device() {
    return node.device;
  }

  /** Whether input {@code i} takes part in the gradient. */
  public boolean needs(int i) {
    var source = node.sources[i];
    return source != null && engine.wants(source);
  }

  /** The gradient of output {@code j}; zeros if none arrived. */
  public Tensor gradient(int j) {
    var arrived = arrivedGradient(j);
    if (arrived != null) return arrived;
    var output = node.outputs[j];
    return Tensor.zeros(node.device, output.dtype(), Shape.SCALAR).expand(output.shape());
  }

  /** The gradient of output {@code j}, or null if none arrived. */
  public @Nullable Tensor arrivedGradient(int j) {
    return node.gradients[j];
  }

  /** Gives input {@code i} its gradient; it must have the input's shape. */
  public void give(int i, Tensor gradient) {
    if (needs(i)) engine.deliver(node, i, gradient);
  }

  /**
   * Gives input {@code i} the result of {@code op} as its gradient. The same as applying it and giving the result, but
   * where the gradient has a place of its own, as that of a parameter has, it is written straight there.
   */
  public void give(int i, Op op, Tensor... in) {
    if (!needs(i)) return;
    var place = engine.placeOf(node, i);
    if (place != null && op instanceof KernelOp kernel && fits(op, in, place.spec())
        && !Dispatch.widens(op, node.device, in)) {
      Dispatch.into(kernel, in, place);
      engine.written(node, i, op, in);
    } else {
      engine.deliver(node, i, Tensor.apply(op, in)[0]);
    }
  }

  /**
   * Gives a part of input {@code i} its gradient. Where parts that make up the whole arrive, as those of a tensor that was cut
   * up, they are joined, which takes fewer passes than adding them up among zeros.
   */
  public void givePart(int i, Slice part, Tensor gradient) {
    if (needs(i) && !engine.deliverPart(node, i, part, gradient)) {
      give(i, part.spread(inputShape(i)), gradient);
    }
  }

  /** The layer that was being computed, if {@link Where} is asked. */
  Where.@Nullable Layer layer() {
    return node.layer;
  }

  /** Instead of giving gradients: goes on through a tensor of the output's shape that was computed anew. */
  void passThrough(Tensor again) {
    engine.passThrough(again, gradient(0));
  }

  private static boolean fits(Op op, Tensor[] in, Spec place) {
    return op.infer(Dispatch.specs(in))[0].equals(place);
  }
}
