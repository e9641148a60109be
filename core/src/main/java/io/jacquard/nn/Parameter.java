package io.jacquard.nn;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.ops.Copy;
import io.jacquard.ops.Scalars;
import io.jacquard.spi.Block;
import io.jacquard.spi.Device;
import io.jacquard.spi.View;
import io.jacquard.tensor.Checkpoint;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Hook;
import io.jacquard.tensor.Leaf;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A tensor of a module that training changes. Its values may move to memory that an optimizer lays out; whoever computes
 * with it asks for {@link #value} each time.
 *
 * <pre>{@code
 * var w = layer.weight();
 * w.value();           // a Tensor, recorded for gradients unless frozen
 * w.grad();            // after backward()
 * }</pre>
 */
public final class Parameter {
  /** Its name in its module, and that module's class. */
  private final String label;
  private final Leaf leaf;
  private Tensor value;
  private boolean frozen;
  private boolean sparse;
  private @Nullable Object laidOutBy;

  /** Takes over the tensor's memory, with its strides. One that is frozen from the start may hold integers. */
  Parameter(String label, Tensor initial, boolean frozen) {
    this.label = label;
    this.frozen = frozen;
    leaf = new Leaf(label);
    value = marked(initial.detach().hold());
  }

  private Tensor marked(Tensor own) {
    return frozen ? own.showing(leaf) : own.withLeaf(leaf);
  }

  /** The present values; recorded for gradients unless frozen. Owned by this parameter: do not close it. */
  public Tensor value() {
    return value;
  }

  public Shape shape() {
    return value.shape();
  }

  public DType dtype() {
    return value.dtype();
  }

  public Device device() {
    return value.device();
  }

  public long numel() {
    return value.numel();
  }

  /** The gradient of the backward passes since the last zeroGrad; null if none arrived. */
  public @Nullable Tensor grad() {
    return leaf.gradient();
  }

  /** Calls {@code hook} with the gradient of each backward pass and collects what it returns; see {@link Tensor}. */
  public Hook registerHook(UnaryOperator<Tensor> hook) {
    return leaf.hooks().add(hook);
  }

  /** Where the gradient is collected. */
  public Leaf leaf() {
    return leaf;
  }

  public boolean isFrozen() {
    return frozen;
  }

  /** A frozen parameter takes part in the forward pass, gets no gradient and is left alone by optimizers. */
  public void freeze(boolean frozen) {
    if (this.frozen == frozen) return;
    this.frozen = frozen;
    place(value.device(), value.block(), value.view());
    leaf.clear();
  }

  public boolean isSparse() {
    return sparse;
  }

  /**
   * Of a sparse parameter, optimizers step those rows (of the first dimension) alone whose gradient is not all zeros; the
   * others are not decayed, nor moved by momentum, and their states stay.
   */
  public void sparse(boolean sparse) {
    this.sparse = sparse;
  }

  /** Copies values of the same shape into this parameter, converted to its type. */
  public void assign(Tensor values) {
    if (Checkpoint.isRecomputing()) return; // it was assigned when this was computed the first time
    if (!values.shape().equals(shape())) {
      throw new JacquardException(
          "assign to " + label + ": values of shape " + values.shape() + ", expected " + shape() + ".");
    }
    try (var _ = Scope.open(); var _ = GradMode.noGrad()) {
      var source = values.detach().to(device()).to(dtype());
      // In the same memory it may overlap, as a transpose of itself does.
      if (source.block() == value.block()) source = Tensor.apply(Scalars.IDENTITY.on(dtype()), source)[0];
      Copy.run(device().backend(), source.view(), value.view());
      leaf.valuesChanged();
    }
  }

  /** What laid this parameter out in memory of its own; null if nothing did. */
  public @Nullable Object laidOutBy() {
    return laidOutBy;
  }

  /** Moves the values into a place that {@code owner} provides. The place has this parameter's shape and type. */
  public void moveInto(Object owner, Block block, View place) {
    if (laidOutBy != null) throw new IllegalStateException("the parameter was laid out before");
    Copy.run(device().backend(), value.view(), place);
    laidOutBy = owner;
    place(device(), block, place);
  }

  /** Moves the values, and a gradient that was collected. */
  void moveTo(Device target) {
    if (target == device()) return;
    if (laidOutBy != null) {
      throw new JacquardException(
          "to: parameter of shape " + shape() + " belongs to an optimizer on " + device()
              + ". Move the model first, then make the optimizer.");
    }
    try (var _ = Scope.open(); var _ = GradMode.noGrad()) {
      var copy = value.to(target);
      var gradient = leaf.gradient();
      place(target, copy.block(), copy.view());
      if (gradient != null) leaf.replaceGradient(gradient.to(target));
    }
  }

  /** Converts the values; a gradient that was collected is forgotten. */
  void convertTo(DType target) {
    if (target == dtype()) return;
    if (laidOutBy != null) {
      throw new JacquardException(
          "to: parameter of shape " + shape() + " belongs to an optimizer as " + dtype()
              + ". Convert the model first, then make the optimizer.");
    }
    leaf.clear();
    try (var _ = Scope.open(); var _ = GradMode.noGrad()) {
      var copy = value.to(target);
      place(device(), copy.block(), copy.view());
    }
  }

  private void place(Device device, Block block, View view) {
    var before = value;
    var after = Tensor.over(device, block, view).hold();
    value = marked(after);
    before.close();
  }

  /** As {@code 'weight' of Linear, [10, 784]}. */
  @Override
  public String toString() {
    return label + ", " + shape();
  }
}
