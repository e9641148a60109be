package io.jacquard.nn;

import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;

/**
 * How a parameter begins: PyTorch's {@code nn.init}, by name.
 *
 * <pre>{@code
 * Init.kaimingNormal().apply(layer.weight());
 * Init.xavierUniform(Init.gain("tanh")).apply(layer.weight());
 * Init.zeros().apply(layer.bias());
 * }</pre>
 *
 * <p>The numbers are computed on the host with {@code StrictMath}, from the current {@link Generator}, and are float32:
 * they are the same on every device. For a weight [out, in, ...] the fans are {@code in} and {@code out}, times the product
 * of the sizes that follow.
 */
@FunctionalInterface
public interface Init {
  /** The values for a shape, in row-major order. */
  float[] values(Shape shape);

  /** A float32 tensor of such values on the current device. */
  default Tensor of(Shape shape) {
    return Tensor.of(values(shape), shape);
  }

  /** Gives a parameter such values. */
  default void apply(Parameter parameter) {
    try (var _ = Scope.open()) {
      parameter.assign(of(parameter.shape()));
    }
  }

  /** Which of its two sides a weight keeps the variance of: that of what comes in going forward, or out going back. */
  enum Fan {
    IN, OUT;

    long of(String init, Shape shape) {
      if (shape.rank() < 2) {
        throw new JacquardException(init + ": shape " + shape
            + " has no fans, expected a weight [out, in, ...]. For a bias use Init.zeros() or Init.uniform().");
      }
      long field = 1;
      for (int d = 2; d < shape.rank(); d++) field *= shape.size(d);
      return field * shape.size(this == IN ? 1 : 0);
    }
  }

  /**
   * By how much a nonlinearity shrinks the spread of what goes through it, to be made up for: 1 for {@code linear},
   * {@code conv} and {@code sigmoid}, 5/3 for {@code tanh}, sqrt(2) for {@code relu}, 3/4 for {@code selu}, and that of slope
   * 0.01 for {@code leaky_relu}.
   */
  static double gain(String nonlinearity) {
    return switch (Check.oneOf("Init.gain", "nonlinearity", nonlinearity, "linear", "conv", "sigmoid", "tanh",
        "relu", "leaky_relu", "selu")) {
      case "tanh" -> 5.0 / 3;
      case "relu" -> Math.sqrt(2);
      case "leaky_relu" -> leakyReluGain(0.01);
      case "selu" -> 0.75;
      default -> 1;
    };
  }

  /** {@code sqrt(2 / (1 + slope^2))} (He et al. 2015). */
  static double leakyReluGain(double slope) {
    return Math.sqrt(2 / (1 + slope * slope));
  }

  // ---- the same for every shape

  static Init zeros() {
    return constant(0);
  }

  static Init ones() {
    return constant(1);
  }

  static Init constant(double value) {
    return shape -> InitialValues.fill(shape, value);
  }

  /** From [low, high). */
  static Init uniform(double low, double high) {
    return shape -> Generator.current().uniform(InitialValues.count(shape), low, high);
  }

  static Init normal(double mean, double std) {
    return shape -> InitialValues.normal(shape, mean, std);
  }

  /** Normal numbers, those outside of [low, high] left out; PyTorch's defaults are 0, 1, -2 and 2. */
  static Init truncNormal(double mean, double std, double low, double high) {
    if (!(std > 0 && low < high)) {
      throw new JacquardException("truncNormal: std " + std + " and bounds " + low + " and " + high
          + ", expected std above 0 and the lower bound first.");
    }
    return shape -> TruncatedNormal.values(shape, mean, std, low, high);
  }

  // ---- by the sides of a weight

  /** {@link #xavierUniform(double)} with gain 1. */
  static Init xavierUniform() {
    return xavierUniform(1);
  }

  /** Uniform on plus or minus {@code gain * sqrt(6 / (fanIn + fanOut))} (Glorot, Bengio 2010). */
  static Init xavierUniform(double gain) {
    return shape -> {
      double bound = gain * Math.sqrt(6.0 / fans("xavierUniform", shape));
      return uniform(-bound, bound).values(shape);
    };
  }

  /** {@link #xavierNormal(double)} with gain 1. */
  static Init xavierNormal() {
    return xavierNormal(1);
  }

  /** Normal, with standard deviation {@code gain * sqrt(2 / (fanIn + fanOut))} (Glorot, Bengio 2010). */
  static Init xavierNormal(double gain) {
    return shape -> normal(0, gain * Math.sqrt(2.0 / fans("xavierNormal", shape))).values(shape);
  }

  private static long fans(String init, Shape shape) {
    return Fan.IN.of(init, shape) + Fan.OUT.of(init, shape);
  }

  /** For layers that a ReLU follows, by what comes in. */
  static Init kaimingUniform() {
    return kaimingUniform(Fan.IN, gain("relu"));
  }

  /** Uniform on plus or minus {@code gain * sqrt(3 / fan)} (He et al. 2015). */
  static Init kaimingUniform(Fan fan, double gain) {
    return shape -> {
      double bound = gain * Math.sqrt(3.0 / fan.of("kaimingUniform", shape));
      return uniform(-bound, bound).values(shape);
    };
  }

  /** For layers that a ReLU follows, by what comes in. */
  static Init kaimingNormal() {
    return kaimingNormal(Fan.IN, gain("relu"));
  }

  /** Normal, with standard deviation {@code gain / sqrt(fan)} (He et al. 2015). */
  static Init kaimingNormal(Fan fan, double gain) {
    return shape -> normal(0, gain / Math.sqrt(fan.of("kaimingNormal", shape))).values(shape);
  }

  // ---- matrices

  /** {@link #orthogonal(double)} with gain 1. */
  static Init orthogonal() {
    return orthogonal(1);
  }

  /**
   * The weight as a matrix [out, rest] whose rows, or columns if they are fewer, are orthogonal and of length {@code gain}
   * (Saxe et al. 2013). Takes time by the square of the shorter side times the longer one.
   */
  static Init orthogonal(double gain) {
    return shape -> InitialValues.orthogonal(shape, gain);
  }

  /** Ones on the diagonal of a matrix. */
  static Init eye() {
    return InitialValues::eye;
  }

  /** A convolution's weight [out, in, ...] that hands on as many channels as it can: a one at the centre of each. */
  static Init dirac() {
    return InitialValues::dirac;
  }
}
