package io.jacquard.tensor;

import io.jacquard.JacquardException;
import io.jacquard.spi.View;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
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
  private Node[] heap = new Node[32];
  private int size;

  private Engine(boolean retain, Tensor @Nullable [] targets) {
    this.retain = retain;
    this.targets = targets;
    results = new Tensor[targets == null ? 0 : targets.length];
  }

  /** Adds the gradients of {@code root}, times {@code seed}, to the leaves. */
  static void backward(Tensor root, Tensor seed, boolean retain) {
    try (var _ = GradMode.noGrad()) {
      new Engine(retain, null).run(root, seed);
    }
  }

  /** The gradients of {@code root}, times {@code seed}, with respect to {@code targets}; null where there is no path. */
  static @Nullable Tensor[] gradients(Tensor root, Tensor seed, Tensor[] targets, boolean createGraph,
      boolean retain) {
    try (var _ = GradMode.set(createGraph)) {
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
    } catch (Throwable e) {
      while (size > 0) closeGradients(pop());
      for (var result : results) {
        if (result != null) result.close();
      }
      throw e;
    }
  }

  private void step(Node node) {
    try (var _ = Scope.open()) {
      if (node.isConsumed()) {
        throw new JacquardException(
            "backward through " + node.op.name() + " a second time: what it had kept is freed. "
                + "Ask the first backward pass to retain the graph if it is needed again.");
      }
      collectTargets(node);
      node.op.backward(new Backward(this, node));
    } finally {
      closeGradients(node);
    }
    if (!retain) node.forget();
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

  private void arrive(Source source, int index, Tensor gradient, String from) {
    switch (source) {
      case Leaf leaf when targets == null -> leaf.add(gradient);
      case Leaf leaf -> {
        for (int k = 0; k < targets.length; k++) {
          if (targets[k].source() == leaf) results[k] = plus(results[k], gradient).unowned();
        }
      }
      case Node node -> {
        node.gradients[index] = plus(node.gradients[index], gradient).unowned();
        if (node.queuedBy != pass) {
          node.queuedBy = pass;
          push(node);
        }
      }
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
