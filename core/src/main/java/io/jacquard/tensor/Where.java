package io.jacquard.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where a computation is while it goes on: in which part of a training step, in which layer, at which operation. For those
 * who look at a backend's calls, such as a profile; where no one asked, nothing is kept.
 *
 * <pre>{@code
 * var spot = Where.tracked(() -> {
 *   model.call(x);
 *   return Where.spot();
 * });
 * }</pre>
 */
public final class Where {
  /** The parts of a training step. */
  public enum Part {
    /** Before, between and after steps: evaluations, checkpoints. */
    OUTSIDE,
    /** The batch: waiting for it, and what brings it to its place. */
    DATA,
    /** Model and loss, and whatever of a step is nothing else. */
    FORWARD, BACKWARD,
    /** What becomes of gradients: scaling, clipping, new weights. */
    OPTIMIZER;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A module that is being computed.
   *
   * @param path its name, behind those of the modules around it: {@code layer1.0.conv1}; empty for the outermost
   * @param text the first line of its own description: {@code Linear(784, 128)}
   */
  public record Layer(String path, String text) {
    @Override
    public String toString() {
      return path.isEmpty() ? text : "layer '" + path + "', " + text;
    }
  }

  /**
   * One moment of a computation.
   *
   * @param layer the innermost module; in the backward pass that in which the operation was recorded; null outside of all
   * @param op the innermost operation; empty outside of all, as in an optimizer's own passes
   * @param gradientOf the operation whose gradient is computed; empty for none
   */
  public record Spot(Part part, @Nullable Layer layer, String op, String gradientOf) {
    /** Nothing is known. */
    public static final Spot NOWHERE = new Spot(Part.OUTSIDE, null, "", "");

    /** {@code linear in layer 'fc1', Linear(784, 128), forward}. */
    @Override
    public String toString() {
      var what = op.isEmpty() ? part.toString() : op;
      var of = gradientOf.isEmpty() ? "" : ", for the gradient of " + gradientOf;
      var in = layer == null ? ", outside of layers" : " in " + layer;
      return what + of + in + (op.isEmpty() ? "" : ", " + part);
    }
  }

  private static final Part[] PARTS = Part.values();

  private final List<Layer> layers = new ArrayList<>();
  private final long[] nanos = new long[PARTS.length];
  private @Nullable Node backwardOf;
  private @Nullable Op op;
  private Part part = Part.OUTSIDE;
  private long since = System.nanoTime();

  private Where() {}

  /** Runs {@code body}, in which {@link #spot} knows where this thread is. */
  public static <T> T tracked(Supplier<T> body) {
    var local = Local.get();
    var outer = local.where;
    local.where = outer == null ? new Where() : outer;
    try {
      return body.get();
    } finally {
      local.where = outer;
    }
  }

  /** As {@link #tracked(Supplier)}, without a result. */
  public static void tracked(Runnable body) {
    tracked(() -> {
      body.run();
      return "";
    });
  }

  /** Where this thread is now. */
  public static Spot spot() {
    var where = Local.get().where;
    return where == null ? Spot.NOWHERE : where.now();
  }

  /** The time that this thread has spent in each part, by {@link Part#ordinal}, since it is tracked; empty if it is not. */
  public static long[] nanos() {
    var where = Local.get().where;
    if (where == null) return new long[0];
    where.enter(where.part);
    return where.nanos.clone();
  }

  /** Says that a part of a step is computed until the result is closed; null, which closes too, where no one asks. */
  public static @Nullable Inside during(Part part) {
    var where = Local.get().where;
    if (where == null) return null;
    var before = where.part;
    where.enter(part);
    return () -> where.enter(before);
  }

  /** Says that a module is computed until the result is closed; null, which closes too, where no one asks. */
  public static @Nullable Inside inside(@Nullable String name, Object module) {
    var where = Local.get().where;
    if (where == null) return null;
    var outer = where.layers.isEmpty() ? "" : where.layers.getLast().path;
    var path = name == null ? outer : outer.isEmpty() ? name : outer + "." + name;
    return where.push(new Layer(path, oneLine(module.toString())));
  }

  /** Of a module with parts, which stand on lines of their own in brackets, only what it is. */
  private static String oneLine(String text) {
    int end = text.indexOf('\n');
    if (end < 0) return text;
    var first = text.substring(0, end);
    return first.endsWith("(") ? first.substring(0, end - 1) : first;
  }

  /** What is computed until it is closed. */
  public interface Inside extends AutoCloseable {
    @Override
    void close();
  }

  private void enter(Part next) {
    long now = System.nanoTime();
    nanos[part.ordinal()] += now - since;
    since = now;
    part = next;
  }

  private Inside push(Layer layer) {
    layers.add(layer);
    return layers::removeLast;
  }

  private Spot now() {
    var node = backwardOf;
    return new Spot(part, node != null && layers.isEmpty() ? node.layer : layer(),
        op == null ? "" : op.name(),
        node == null ? "" : node.op.name());
  }

  /** The innermost module that is computed now. */
  @Nullable
  Layer layer() {
    return layers.isEmpty() ? null : layers.getLast();
  }

  /** The node whose gradient is computed; null in a forward pass. */
  @Nullable
  Node backwardOf() {
    return backwardOf;
  }

  /** What follows is the gradient of a node, or no gradient (null); returns what it was before. */
  @Nullable
  Node backwardOf(@Nullable Node node) {
    var before = backwardOf;
    backwardOf = node;
    return before;
  }

  /** What follows is part of an operation, or of none (null); returns what it was before. */
  @Nullable
  Op at(@Nullable Op op) {
    var before = this.op;
    this.op = op;
    return before;
  }

  /** What follows is computed again inside of a layer. */
  Inside again(@Nullable Layer layer) {
    return push(layer == null ? new Layer("", "a checkpoint") : layer);
  }
}
