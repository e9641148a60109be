package io.jacquard.tensor;

import io.jacquard.JacquardException;
import io.jacquard.expr.Node.Const;
import io.jacquard.ops.Elementwise;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the place where NaN or infinity arises: each operation's result is looked at, forward and backward, and the
 * first that is not finite ends the computation with an error that names the operation, the layer and the index.
 *
 * <pre>{@code
 * Anomaly.detect(() -> lossFn.of(model.call(x), y).backward());
 * }</pre>
 *
 * <p>For searching only: the host waits for each result, and nothing is replayed. An infinity that an operation was told
 * to write, or that was in its inputs, is let pass; a NaN never is. Counterpart of PyTorch's detect_anomaly.
 */
public final class Anomaly {
  private final Where where;

  private Anomaly(Where where) {
    this.where = where;
  }

  /** Runs {@code body} and looks at all that this thread computes in it. */
  public static void detect(Runnable body) {
    detect(() -> {
      body.run();
      return "";
    });
  }

  /** As {@link #detect(Runnable)}, with a result. */
  public static <T> T detect(Supplier<T> body) {
    var local = Local.get();
    return Where.tracked(() -> {
      var outer = local.anomaly;
      local.anomaly = new Anomaly(Objects.requireNonNull(local.where));
      try {
        return body.get();
      } finally {
        local.anomaly = outer;
      }
    });
  }

  void check(Op op, Tensor[] in, Tensor[] out) {
    if (op instanceof ViewOp) return;
    var local = Local.get();
    local.anomaly = null; // not to look at the looking
    try (var _ = Scope.open(); var _ = GradMode.noGrad()) {
      for (var result : out) {
        var found = Found.in(result.detach());
        if (found == null || !found.isNan() && isMeant(op, in)) continue;
        throw new JacquardException(describe(op, in, result, found));
      }
    } finally {
      local.anomaly = this;
    }
  }

  private static boolean isMeant(Op op, Tensor[] in) {
    return op instanceof Elementwise map && map.program().nodes().stream().anyMatch(
        n -> n instanceof Const(var type, long bits) && Double.isInfinite(type.value(bits)))
        || Arrays.stream(in).anyMatch(t -> Found.in(t.detach()) != null);
  }

  private String describe(Op op, Tensor[] in, Tensor result, Found found) {
    var text = new StringBuilder("Anomaly: ");
    var node = where.backwardOf();
    var layer = where.layer();
    if (node == null) {
      text.append(op.name()).append(" gave ").append(found).append(" in the forward pass");
      // The path of a layer with a name is put before this by the layers that the error passes through.
      if (layer != null && layer.path().isEmpty()) text.append(", in ").append(layer);
    } else {
      text.append("the gradient rule of ").append(node.op.name()).append(" gave ").append(found)
          .append(" in the backward pass, by ").append(op.name()).append("; ").append(node.op.name());
      text.append(node.layer == null ? " was recorded outside of a layer" : " was recorded in " + node.layer);
    }
    text.append(". ");
    boolean finite = true;
    for (int i = 0; i < in.length; i++) {
      var held = in[i].block() == result.block() ? null : Found.in(in[i].detach());
      if (held == null) continue;
      finite = false;
      var shown = in[i].shown();
      var whose = shown == null || shown.label() == null ? "" : " (" + shown.label() + ")";
      text.append("Its input ").append(i).append(whose).append(" holds ").append(held).append(" already. ");
    }
    text.append(finite ? "Its inputs are finite, so it arose here." : "Look at where that came from.");
    return text.toString();
  }

  /** The first NaN of a tensor, or else the first infinity. */
  private record Found(double value, String index, String shape) {
    static @Nullable Found in(Tensor t) {
      if (!t.dtype().isFloating() || t.numel() == 0 || Double.isFinite(t.abs().max().item())) return null;
      var values = t.toDoubles();
      int first = -1;
      for (int i = 0; i < values.length; i++) {
        if (Double.isNaN(values[i])) {
          first = i;
          break;
        }
        if (first < 0 && Double.isInfinite(values[i])) first = i;
      }
      var index = new long[t.rank()];
      long rest = first;
      for (int d = index.length - 1; d >= 0; d--) {
        index[d] = rest % t.size(d);
        rest /= t.size(d);
      }
      return new Found(values[first], Arrays.toString(index), t.shape().toString());
    }

    boolean isNan() {
      return Double.isNaN(value);
    }

    @Override
    public String toString() {
      return value + " at " + index + " of " + shape;
    }
  }
}
