package io.jacquard.expr;

import io.jacquard.DType;
import io.jacquard.contract.Evaluate;
import java.util.Arrays;
import java.util.stream.IntStream;

/** A program on float64 inputs and its gradient, by {@link Derivative} and by central differences. */
record Gradients(Program forward) {
  private static final double STEP = 1e-6;

  /** The gradient of the sum of the outputs, each times its weight, with outputs saved as autograd does it. */
  double[] at(double[] x, double... weights) {
    return run(Derivative.of(forward, wanted()), x, weights);
  }

  /** The same, from inputs alone. */
  double[] recomputedAt(double[] x, double... weights) {
    return run(Derivative.recomputing(forward, wanted()), x, weights);
  }

  private boolean[] wanted() {
    var wanted = new boolean[forward.inputs().size()];
    Arrays.fill(wanted, true);
    return wanted;
  }

  private double[] run(Derivative derivative, double[] x, double[] weights) {
    int n = x.length;
    int m = forward.outputs();
    var saved = new Evaluate(forward).at(0, bits(x));
    var given = bits(weights);
    var operands = IntStream.of(derivative.operands())
        .mapToLong(
            i -> i < n ? Double.doubleToRawLongBits(x[i]) : i < n + m ? saved[i - n] : given[i - n - m])
        .toArray();
    return values(new Evaluate(derivative.program()).at(0, operands));
  }

  double[] differences(double[] x, double... weights) {
    var slopes = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      double above = x[i] + STEP;
      double below = x[i] - STEP;
      slopes[i] = (weighted(x, i, above, weights) - weighted(x, i, below, weights)) / (above - below);
    }
    return slopes;
  }

  private double weighted(double[] x, int changed, double value, double[] weights) {
    var at = x.clone();
    at[changed] = value;
    var outputs = values(new Evaluate(forward).at(0, bits(at)));
    return IntStream.range(0, outputs.length).mapToDouble(j -> outputs[j] * weights[j]).sum();
  }

  /** The derivative by one input, with weights 1, as a function of the inputs: to be differentiated again. */
  Gradients asFunction(int input) {
    var wanted = new boolean[forward.inputs().size()];
    wanted[input] = true;
    var first = Derivative.recomputing(forward, wanted);
    var trace = new Trace(forward.inputs());
    var args = IntStream.of(first.operands())
        .mapToObj(i -> i < wanted.length ? trace.input(i) : trace.constant(DType.FLOAT64, 1))
        .toArray(Scalar[]::new);
    var values = trace.inline(first.program(), args, java.util.Map.of());
    return new Gradients(trace.program(values[first.program().output(0)]));
  }

  private static long[] bits(double[] values) {
    return Arrays.stream(values).mapToLong(Double::doubleToRawLongBits).toArray();
  }

  private static double[] values(long[] bits) {
    return Arrays.stream(bits).mapToDouble(Double::longBitsToDouble).toArray();
  }
}
