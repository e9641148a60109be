package io.jacquard.contract;

import static org.junit.jupiter.api.Assertions.fail;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Gradients;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Compares gradients with central differences, in float64.
 *
 * <pre>{@code
 * var x = Tensor.of(new double[] {0.3, -1.2, 2}, Shape.of(3));
 * GradCheck.check(in -> in[0].gelu().mul(in[0]), x);
 * }</pre>
 *
 * <p>The function's result is projected on random weights, so that one number depends on all of it. Its gradient with
 * respect to each float64 input is compared, element by element, with {@code (f(x + eps) - f(x - eps)) / (2 eps)}; inputs
 * of other types are constants. The second order does the same to a random projection of the gradient, of which the
 * weights are inputs too, since a gradient rule is also a function of the gradient that arrives. Inputs may be views: the
 * gradient is taken at the tensor as it lies, the differences at copies. Keep away from kinks by more than eps.
 */
public final class GradCheck {
  private static final double EPS = 1e-6;
  private static final double RELATIVE = 1e-6;
  /** Rounding of a value v moves a difference by about v * 2^-53 / eps, and second-order truncation by f'''*eps^2. */
  private static final double ABSOLUTE = 1e-8;

  /** What is checked: any number of tensors to one. */
  @FunctionalInterface
  public interface Function {
    Tensor of(Tensor[] in);
  }

  private final Function function;
  private final Tensor[] at;
  private final SplittableRandom random = new SplittableRandom(2);
  private final double[] weights;
  private final Shape result;

  private GradCheck(Function function, Tensor[] at) {
    this.function = function;
    this.at = at;
    try (var _ = Scope.open(); var _ = GradMode.noGrad()) {
      var y = function.of(at);
      if (y.dtype() != DType.FLOAT64) {
        throw new IllegalArgumentException("the function's result is " + y.spec() + ", expected float64");
      }
      result = y.shape();
      weights = random.doubles(y.numel(), 0.5, 1.5).toArray();
    }
  }

  /** Checks the gradient, and the gradient of the gradient. */
  public static void check(Function function, Tensor... at) {
    first(function, at);
    second(function, at);
  }

  /** Checks the gradient. */
  public static void first(Function function, Tensor... at) {
    try (var _ = Scope.open()) {
      new GradCheck(function, at).first();
    }
  }

  /** Checks the gradient of a random projection of the gradient. */
  public static void second(Function function, Tensor... at) {
    try (var _ = Scope.open()) {
      new GradCheck(function, at).second();
    }
  }

  private void first() {
    var leaves = leaves(at);
    var loss = function.of(leaves).mul(Tensor.of(weights, result)).sum();
    var gradients = Gradients.of(loss, variables(leaves)).stream().map(Tensor::toDoubles).toList();
    compare("gradient", gradients, in -> project(function.of(in), weights), at);
  }

  private void second() {
    var all = Arrays.copyOf(at, at.length + 1);
    all[at.length] = Tensor.of(weights, result);
    var directions = variables(at).stream().map(x -> random.doubles(x.numel(), 0.5, 1.5).toArray()).toList();
    var leaves = leaves(all);
    var projected = projectedGradient(leaves, directions);
    // Where the function is piecewise constant, its gradient depends on nothing.
    if (projected.isRecorded()) projected.backward();
    var gradients = variables(leaves).stream()
        .map(leaf -> leaf.grad() == null ? new double[(int) leaf.numel()] : leaf.grad().toDoubles())
        .toList();
    compare("gradient of the gradient", gradients, in -> {
      try (var _ = GradMode.enableGrad()) {
        return projectedGradient(leaves(in), directions).item();
      }
    }, all);
  }

  /** The gradient, projected; the last input holds the weights of the result. */
  private Tensor projectedGradient(Tensor[] in, List<double[]> directions) {
    var inputs = Arrays.copyOf(in, in.length - 1);
    var loss = function.of(inputs).mul(in[in.length - 1]).sum();
    var gradients = Gradients.createGraph(loss, variables(inputs));
    var sum = Tensor.of(new double[]{0}, Shape.SCALAR);
    for (int k = 0; k < directions.size(); k++) {
      var direction = Tensor.of(directions.get(k), gradients.get(k).shape());
      sum = sum.add(gradients.get(k).mul(direction).sum());
    }
    return sum;
  }

  private static double project(Tensor y, double[] weights) {
    var values = y.toDoubles();
    double sum = 0;
    for (int i = 0; i < values.length; i++) sum += values[i] * weights[i];
    return sum;
  }

  private static Tensor[] leaves(Tensor[] in) {
    return Stream.of(in).map(x -> isVariable(x) ? x.detach().requiresGrad() : x).toArray(Tensor[]::new);
  }

  private static List<Tensor> variables(Tensor[] in) {
    return Stream.of(in).filter(GradCheck::isVariable).toList();
  }

  private static boolean isVariable(Tensor x) {
    return x.dtype() == DType.FLOAT64;
  }

  private void compare(String what, List<double[]> gradients, ToDoubleFunction<Tensor[]> f, Tensor[] in) {
    var wrong = new ArrayList<String>();
    int variable = 0;
    for (int i = 0; i < in.length; i++) {
      if (!isVariable(in[i])) continue;
      var gradient = gradients.get(variable++);
      for (int e = 0; e < gradient.length; e++) {
        double high = shifted(f, in, i, e, EPS);
        double low = shifted(f, in, i, e, -EPS);
        double expected = (high - low) / (2 * EPS);
        double bound = RELATIVE * Math.abs(expected)
            + ABSOLUTE * Math.max(1, Math.max(Math.abs(high), Math.abs(low)));
        if (!(Math.abs(gradient[e] - expected) <= bound)) {
          wrong
              .add("element " + e + " of " + (i < at.length ? "input " + i : "the arriving gradient") + " of "
                  + in[i].shape() + ": by differences " + expected + ", by the rule " + gradient[e]);
        }
      }
    }
    if (!wrong.isEmpty()) {
      fail("the " + what + " is wrong in " + wrong.size() + " places\n" + String.join("\n", wrong));
    }
  }

  /** The function with one element of one input moved. */
  private static double shifted(ToDoubleFunction<Tensor[]> f, Tensor[] in, int i, int element, double by) {
    try (var _ = Scope.open(); var _ = GradMode.noGrad()) {
      var values = in[i].toDoubles();
      values[element] += by;
      var moved = in.clone();
      moved[i] = Tensor.of(values, in[i].shape());
      return f.applyAsDouble(moved);
    } catch (JacquardException e) {
      throw new IllegalStateException("the function fails beside the point at which it is checked", e);
    }
  }
}
