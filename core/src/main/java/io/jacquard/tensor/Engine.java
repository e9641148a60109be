package io.jacquard.tensor;

import io.jacquard.JacquardException;
import io.jacquard.ops.Slice;
import io.jacquard.spi.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One backward pass: walks the recorded operations from the newest to the oldest and hands gradients on. A node's number
 * is above those of all it depends on, so the largest number in the queue always has all of its gradient.
 */
final class Engine {
  private static final AtomicLong PASSES = new AtomicLong();

  private final long pass = PASSES.incrementAndGet();
  private final boolean retain;
  /** Whose gradients are asked for; null for all leaves, which then collect them. */
  private final Tensor @Nullable [] targets;
  private final @Nullable Tensor[] results;
  private final @Nullable Anomaly anomaly = Local.get().anomaly;
  private final @Nullable Where where = Local.get().where;
  /** Gradients of leaves with hooks, which must be whole before those are called. */
  private final Map<Leaf, Tensor> waiting = new LinkedHashMap<>();
  /** Nodes that this pass made and that nothing else keeps alive. */
  private final List<Node> own = new ArrayList<>();
  private Node[] heap = new Node[32];
  private int size;

  private Engine(boolean retain, Tensor @Nullable [] targets) {
    this.retain = retain;
    this.targets = targets;
    results = new Tensor[targets == null ? 0 : targets.length];
  }

  /** Adds the gradients of {@code root}, times {@code seed}, to the leaves. */
  static void backward(Tensor root, Tensor seed, boolean retain) {
    try (var _ = GradMode.noGrad();
        var _ = Autocast.again(null);
        var _ = Where.during(Where.Part.BACKWARD)) {
      new Engine(retain, null).run(root, seed);
    }
  }

  /** The gradients of {@code root}, times {@code seed}, with respect to {@code targets}; null where there is no path. */
  static @Nullable Tensor[] gradients(Tensor root, Tensor seed, Tensor[] targets, boolean createGraph,
      boolean retain) {
    try (var _ = GradMode.set(createGraph);
        var _ = Autocast.again(null);
        var _ = Where.during(Where.Part.BACKWARD)) {
      var engine = new Engine(retain || createGraph, targets);
      engine.run(root, seed);
      for (var result : engine.results) {
        if (result != null) result.adopt();
      }
      return engine.results;
    }
  }

  private void run(Tensor root, Tensor seed) {
    try {
      arrive(Objects.requireNonNull(root.source()), root.sourceIndex(), seed, "backward");
      while (size > 0) step(pop());
      waiting.forEach(this::collect);
    } catch (Throwable e) {
      while (size > 0) closeGradients(pop());
      for (var result : results) {
        if (result != null) result.close();
      }
      throw e;
    } finally {
      waiting.values().forEach(Tensor::close);
      for (var node : own) node.release();
    }
  }

  private void step(Node node) {
    var outer = where == null ? null : where.backwardOf(node);
    try (var _ = Scope.open()) {
      if (node.isConsumed()) {
        throw new JacquardException(
            "backward through " + node.op.name() + " a second time: what it had kept is freed. "
                + "Ask the first backward pass to retain the graph if it is needed again.");
      }
      gatherParts(node);
      callHooks(node);
      collectTargets(node);
      node.op.backward(new Backward(this, node));
    } finally {
      closeGradients(node);
      if (where != null) where.backwardOf(outer);
    }
    if (!retain) node.forget();
  }

  private static void gatherParts(Node node) {
    for (int j = 0; j < node.parts.length; j++) {
      var parts = node.parts[j];
      if (parts == null) continue;
      node.gradients[j] = plus(node.gradients[j], parts.whole(node.outputs[j].shape())).unowned();
      parts.close();
      node.parts[j] = null;
    }
  }

  private static void callHooks(Node node) {
    for (int j = 0; j < node.gradients.length; j++) {
      var hooks = node.hooksOrNull(j);
      var gradient = node.gradients[j];
      if (hooks == null || gradient == null) continue;
      var result = hooked(hooks, gradient).alias().unowned();
      gradient.close();
      node.gradients[j] = result;
    }
  }

  private static Tensor hooked(Hooks<UnaryOperator<Tensor>> hooks, Tensor gradient) {
    var present = gradient;
    for (var hook : hooks) {
      var next = hook.apply(present);
      if (next == null || !next.spec().equals(gradient.spec())) {
        throw new JacquardException("hook: it made " + (next == null ? "null" : next.spec())
            + " of a gradient of " + gradient.spec()
            + ", expected a tensor of the same type and shape. Return the gradient itself to leave it as it is.");
      }
      present = next;
    }
    return present;
  }

  /** Hands a leaf with hooks its gradient. */
  private void collect(Leaf leaf, Tensor gradient) {
    try (var _ = Scope.open()) {
      var result = hooked(leaf.hooks(), gradient);
      if (targets == null) {
        leaf.add(result);
      } else {
        addToTargets(leaf, result);
      }
    }
  }

  /** Goes on through a tensor that was computed in this pass. Its nodes are the newest, so they come next. */
  void passThrough(Tensor again, Tensor gradient) {
    var source = again.source();
    if (source == null) return; // nothing in it needs a gradient
    if (source instanceof Node node) {
      node.retain();
      own.add(node);
    }
    arrive(source, again.sourceIndex(), gradient, "checkpoint");
  }

  /** Says that a gradient was written straight to its place. */
  void written(Node node, int i, Op op, Tensor[] in) {
    var leaf = (Leaf) Objects.requireNonNull(node.sources[i]);
    leaf.placeWritten();
    if (anomaly != null) anomaly.check(op, in, new Tensor[]{Objects.requireNonNull(leaf.gradient())});
  }

  private void collectTargets(Node node) {
    if (targets == null) return;
    for (int k = 0; k < targets.length; k++) {
      var arrived = targets[k].source() == node ? node.gradients[targets[k].sourceIndex()] : null;
      if (arrived != null) results[k] = arrived.alias().unowned();
    }
  }

  private static void closeGradients(Node node) {
    for (int j = 0; j < node.gradients.length; j++) {
      var gradient = node.gradients[j];
      if (gradient != null) gradient.close();
      node.gradients[j] = null;
      var parts = node.parts[j];
      if (parts != null) parts.close();
      node.parts[j] = null;
    }
  }

  boolean wants(Source source) {
    if (targets == null || source instanceof Node) return true;
    return Arrays.stream(targets).anyMatch(t -> t.source() == source);
  }

  /** Where the gradient of a node's input may be written directly; null if it must be delivered. */
  @Nullable
  View placeOf(Node node, int i) {
    return targets == null && node.sources[i] instanceof Leaf leaf ? leaf.freePlace() : null;
  }

  void deliver(Node node, int i, Tensor gradient) {
    if (!gradient.shape().equals(node.inputs[i].shape()) || gradient.dtype() != node.inputs[i].dtype()) {
      throw new IllegalStateException("the gradient rule of " + node.op.name() + " gave input " + i + " of "
          + node.inputs[i].spec() + " a gradient of " + gradient.dtype() + gradient.shape());
    }
    arrive(node.sources[i], node.sourceIndex[i], gradient, node.op.name());
  }

  /** Keeps the gradient of a slice of a node's input until that is reached; false for a leaf, whose gradient has its place. */
  boolean deliverPart(Node node, int i, Slice slice, Tensor gradient) {
    if (!(node.sources[i] instanceof Node source)) return false;
    int index = node.sourceIndex[i];
    var parts = source.parts[index];
    if (parts == null) source.parts[index] = parts = new GradientParts();
    parts.add(slice, gradient);
    enqueue(source);
    return true;
  }

  private void enqueue(Node node) {
    if (node.queuedBy == pass) return;
    node.queuedBy = pass;
    push(node);
  }

  private void arrive(Source source, int index, Tensor gradient, String from) {
    switch (source) {
      case Leaf leaf when !leaf.hooks().isEmpty() ->
        waiting.put(leaf, plus(waiting.get(leaf), gradient).unowned());
      case Leaf leaf when targets == null -> leaf.add(gradient);
      case Leaf leaf -> addToTargets(leaf, gradient);
      case Node node -> {
        node.gradients[index] = plus(node.gradients[index], gradient).unowned();
        enqueue(node);
      }
    }
  }

  private void addToTargets(Leaf leaf, Tensor gradient) {
    for (int k = 0; targets != null && k < targets.length; k++) {
      if (targets[k].source() == leaf) results[k] = plus(results[k], gradient).unowned();
    }
  }

  private static Tensor plus(@Nullable Tensor before, Tensor share) {
    if (before == null) return share.alias();
    var sum = before.add(share);
    before.close();
    return sum;
  }

  private void push(Node node) {
    if (size == heap.length) heap = Arrays.copyOf(heap, 2 * size);
    int i = size++;
    while (i > 0 && heap[(i - 1) / 2].number < node.number) {
      heap[i] = heap[(i - 1) / 2];
      i = (i - 1) / 2;
    }
    heap[i] = node;
  }

  private Node pop() {
    var top = heap[0];
    var last = heap[--size];
    heap[size] = null;
    int i = 0;
    for (int child = 1; child < size; child = 2 * i + 1) {
      if (child + 1 < size && heap[child + 1].number > heap[child].number) child++;
      if (heap[child].number <= last.number) break;
      heap[i] = heap[child];
      i = child;
    }
    if (size > 0) heap[i] = last;
    return top;
  }
}
