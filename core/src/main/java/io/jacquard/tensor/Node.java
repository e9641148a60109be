package io.jacquard.tensor;

import io.jacquard.JacquardException;
import io.jacquard.spi.Block;
import io.jacquard.spi.Device;
import io.jacquard.spi.View;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One recorded operation: what it was, where its inputs came from, and the memory that its gradient rule asked to keep.
 *
 * <p>A node lives as long as a handle of one of its outputs or a later node refers to it; the last one to let go frees
 * what was kept. Numbers ascend with time, so that a node's number is above those of the nodes that it depends on.
 */
final class Node extends Source {
  private static final AtomicLong NUMBERS = new AtomicLong();
  private static final VarHandle HOLDERS;

  static {
    try {
      HOLDERS = MethodHandles.lookup().findVarHandle(Node.class, "holders", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final Op op;
  final Device device;
  final long number = NUMBERS.incrementAndGet();
  /** For each input the source of its gradient; null where none flows. */
  final @Nullable Source[] sources;
  final int[] sourceIndex;
  final View[] inputs;
  final View[] outputs;
  private final @Nullable Block[] inputBlocks;
  private final @Nullable Block[] outputBlocks;
  /** For each input on memory that can be assigned to, whose it is, and its version then: it must not have changed since. */
  private final @Nullable Leaf[] shown;
  private final long[] versions;
  /** Gradients of the outputs that have arrived, while a backward pass is under way. */
  final @Nullable Tensor[] gradients;
  /** For each output the gradients of slices of it that have arrived; null where there are none. */
  final @Nullable GradientParts[] parts;
  /** The backward pass that has this node in its queue. */
  long queuedBy;
  /** The layer that was being computed, if {@link Where} is asked. */
  final Where.@Nullable Layer layer;
  /** For each output, what its gradient goes through; null for none at all. */
  private @Nullable Hooks<UnaryOperator<Tensor>> @Nullable [] hooks;
  private boolean consumed;
  @SuppressWarnings("unused") // through HOLDERS
  private volatile int holders;
  /** Links nodes that wait for their release, so that a deep graph needs no recursion. */
  private @Nullable Node nextReleased;

  Node(Op op, Device device, Tensor[] in, View[] inputs, View[] outputs, Block[] blocks, long wanted) {
    this.op = op;
    this.device = device;
    var where = Local.get().where;
    layer = where == null ? null : where.layer();
    this.inputs = inputs;
    this.outputs = outputs;
    sources = new Source[in.length];
    sourceIndex = new int[in.length];
    inputBlocks = new Block[in.length];
    outputBlocks = new Block[outputs.length];
    shown = new Leaf[in.length];
    versions = new long[in.length];
    gradients = new Tensor[outputs.length - op.saved()];
    parts = new GradientParts[gradients.length];
    var keep = op.keep(wanted);
    for (int i = 0; i < in.length; i++) {
      if ((wanted >>> i & 1) != 0) {
        sources[i] = in[i].source();
        sourceIndex[i] = in[i].sourceIndex();
        if (sources[i] instanceof Node node) node.retain();
      }
      if (keep.input(i)) inputBlocks[i] = hold(in[i].block());
      var leaf = shown[i] = in[i].shown();
      if (leaf != null) versions[i] = leaf.version();
    }
    for (int j = 0; j < outputs.length; j++) {
      if (keep.output(j) || j >= gradients.length) outputBlocks[j] = hold(blocks[j]);
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
  Hooks<UnaryOperator<Tensor>> hooks(int output) {
    if (hooks == null) hooks = new Hooks[gradients.length];
    var known = hooks[output];
    if (known == null) hooks[output] = known = new Hooks<>();
    return known;
  }

  /** The hooks of an output; null if there never were any. */
  @Nullable
  Hooks<UnaryOperator<Tensor>> hooksOrNull(int output) {
    return hooks == null ? null : hooks[output];
  }

  private static Block hold(Block block) {
    block.retain();
    return block;
  }

  void retain() {
    HOLDERS.getAndAdd(this, 1);
  }

  void release() {
    if ((int) HOLDERS.getAndAdd(this, -1) != 1) return;
    Node waiting = this;
    while (waiting != null) {
      var node = waiting;
      waiting = node.nextReleased;
      node.forget();
      for (var source : node.sources) {
        if (source instanceof Node input && (int) HOLDERS.getAndAdd(input, -1) == 1) {
          input.nextReleased = waiting;
          waiting = input;
        }
      }
    }
  }

  /** Frees what was kept for the gradient; called when the rule has run, and when no one can reach the node any more. */
  void forget() {
    for (int i = 0; i < inputBlocks.length; i++) {
      if (inputBlocks[i] != null) inputBlocks[i].release();
      inputBlocks[i] = null;
    }
    for (int j = 0; j < outputBlocks.length; j++) {
      if (outputBlocks[j] != null) outputBlocks[j].release();
      outputBlocks[j] = null;
    }
    consumed = true;
  }

  boolean isConsumed() {
    return consumed;
  }

  Tensor input(int i) {
    var leaf = shown[i];
    if (leaf != null && leaf.version() != versions[i]) {
      throw new JacquardException("backward through " + op.name() + ": its input " + i + ", "
          + (leaf.label() == null ? "a tensor" : leaf.label()) + ", of shape " + inputs[i].shape()
          + ", was changed after the forward pass, by an optimizer's step or an assignment. "
          + "Call backward() before that.");
    }
    return Tensor.handle(device, kept(inputBlocks[i], "input", i), inputs[i], sources[i], sourceIndex[i],
        leaf);
  }

  Tensor output(int j) {
    if (j >= gradients.length && GradMode.isEnabled()) {
      throw new IllegalStateException(
          "the gradient rule of " + op.name() + " used a saved output, which carries no "
              + "gradient, for a gradient that must be differentiable: compute it again there");
    }
    var source = j < gradients.length ? this : null;
    return Tensor.handle(device, kept(outputBlocks[j], "output", j), outputs[j], source, j);
  }

  private Block kept(@Nullable Block block, String what, int i) {
    if (block == null) throw new IllegalStateException(op.name() + " did not keep its " + what + " " + i);
    return block;
  }
}
