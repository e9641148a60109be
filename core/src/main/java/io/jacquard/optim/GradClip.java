package io.jacquard.optim;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.expr.Program;
import io.jacquard.expr.Scalar;
import io.jacquard.nn.Parameter;
import io.jacquard.ops.Reduce;
import io.jacquard.spi.Device;
import io.jacquard.spi.Reduction.Fold;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Keeps gradients from becoming too large, between the backward pass and the optimizer's step.
 *
 * <pre>{@code
 * lossFn.of(model.call(x), y).backward();
 * var norm = GradClip.norm(model.parameters(), 1.0);
 * optimizer.step();
 * }</pre>
 *
 * <p>In a training loop: {@code Fit.epochs(5).clip(GradClip.byNorm(1.0))}. Nothing is read by the host, so a step with
 * clipping is replayed like any other.
 */
public sealed interface GradClip {
  /** Changes the gradients of those parameters that have one. */
  void clip(List<Parameter> parameters);

  /** Scales all gradients alike so that their norm is at most {@code max}, see {@link #norm(List, double)}. */
  static GradClip byNorm(double max) {
    return new ByNorm(max, 2);
  }

  /** Holds each element of a gradient between {@code -limit} and {@code limit}. */
  static GradClip byValue(double limit) {
    return new ByValue(limit);
  }

  /**
   * Scales all gradients by {@code max / (norm + 1e-6)} if that is below 1, as PyTorch's clip_grad_norm_ does.
   *
   * @return the norm of all gradients together before that, a scalar on the device of the first; 0 if there is none
   */
  static Tensor norm(List<Parameter> parameters, double max) {
    return norm(parameters, max, 2);
  }

  /** As {@link #norm(List, double)}, with the p-norm; p may be infinite, for the largest absolute value. */
  static Tensor norm(List<Parameter> parameters, double max, double p) {
    return new ByNorm(max, p).clipped(parameters);
  }

  /** Holds each element of each gradient between {@code -limit} and {@code limit} (PyTorch's clip_grad_value_). */
  static void value(List<Parameter> parameters, double limit) {
    new ByValue(limit).clip(parameters);
  }

  /**
   * Scales all gradients alike.
   *
   * @param max the largest norm
   * @param p of which norm; above 0, infinity for the largest absolute value
   */
  record ByNorm(double max, double p) implements GradClip {
    public ByNorm {
      Hyper.atLeastZero("GradClip", "max", max);
      if (!(p > 0)) throw new JacquardException("GradClip: p is " + p + ", expected a number above 0.");
    }

    @Override
    public void clip(List<Parameter> parameters) {
      try (var _ = Scope.open()) {
        clipped(parameters);
      }
    }

    private Tensor clipped(List<Parameter> parameters) {
      try (var _ = Scope.open(); var _ = GradMode.noGrad()) {
        var runs = GradientRuns.of(parameters);
        if (runs.isEmpty()) return Tensor.zeros(home(parameters), DType.FLOAT32, Shape.SCALAR).keep();
        var total = folded(runs.getFirst().gradients());
        for (var run : runs.subList(1, runs.size())) total = plus(total, folded(run.gradients()));
        var norm = p == 2 ? total.sqrt() : Double.isInfinite(p) ? total : total.pow(1 / p);
        var factor = Tensor.fuse(n -> n.add(1e-6).reciprocal().mul(max).min(1), norm);
        for (var run : runs) GradientRuns.scale(run, factor);
        return norm.keep();
      }
    }

    private static Device home(List<Parameter> parameters) {
      return parameters.isEmpty() ? Device.current() : parameters.getFirst().device();
    }

    /** The sum of powers, or the largest absolute value, in one pass. */
    private Tensor folded(Tensor gradients) {
      var fold = Double.isInfinite(p) ? Fold.MAX : Fold.SUM;
      var each = Program.of(in -> power(in[0].to(wide(in[0].type()))), gradients.dtype());
      var axes = IntStream.range(0, gradients.rank()).toArray();
      return Tensor.apply(new Reduce("clip_grad_norm", fold, each, axes, false), gradients)[0];
    }

    private Scalar power(Scalar g) {
      return p == 2 ? g.square() : Double.isInfinite(p) ? g.abs() : g.abs().pow(p);
    }

    private Tensor plus(Tensor total, Tensor more) {
      var here = more.to(total.device());
      return Double.isInfinite(p) ? total.maximum(here) : total.add(here);
    }

  }

  /**
   * Holds each element between two bounds.
   *
   * @param limit the largest absolute value
   */
  record ByValue(double limit) implements GradClip {
    public ByValue {
      Hyper.atLeastZero("GradClip", "limit", limit);
    }

    @Override
    public void clip(List<Parameter> parameters) {
      try (var _ = Scope.open(); var _ = GradMode.noGrad()) {
        for (var run : GradientRuns.of(parameters))
          GradientRuns.change(run, in -> in[0].clamp(-limit, limit));
      }
    }
  }

  private static DType wide(DType type) {
    return type == DType.FLOAT64 ? type : DType.FLOAT32;
  }
}
