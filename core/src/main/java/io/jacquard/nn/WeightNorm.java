package io.jacquard.nn;

import io.jacquard.JacquardException;
import io.jacquard.ops.Scalars;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A layer whose weight is learned as length and direction: {@code weight = g * v / |v|}, the norm being that of each index of
 * the weight's first dimension (Salimans, Kingma 2016).
 *
 * <pre>{@code
 * var layer = new WeightNorm(new Linear(20, 40));
 * var conv = new WeightNorm(new Conv2d(3, 8, 3));
 * }</pre>
 *
 * <p>It begins as the given layer does, and computes the same. Its keys are those of PyTorch's {@code
 * torch.nn.utils.weight_norm}: {@code weight_g}, {@code weight_v}, {@code bias}.
 */
public final class WeightNorm extends Module {
  /** Whose parameters were taken over; it is asked to compute with others. */
  private final Module layer;
  private final Parameter length;
  private final Parameter direction;
  private final @Nullable Parameter bias;

  /** @param layer a linear layer, or one of convolution or transposed convolution; its values are copied */
  public WeightNorm(Module layer) {
    this.layer = layer;
    var given = switch (layer) {
      case Linear it -> it.bias();
      case Convolutional it -> it.bias();
      default -> null;
    };
    try (var _ = Scope.open(); var _ = GradMode.noGrad()) {
      var weight = copy(weight(layer));
      bias = given == null ? null : parameter("bias", copy(given));
      length = parameter("weight_g", norms(weight));
      direction = parameter("weight_v", weight);
    }
  }

  private static Parameter weight(Module layer) {
    return switch (layer) {
      case Linear it -> it.weight();
      case Convolutional it -> it.weight();
      default -> throw new JacquardException("WeightNorm: " + layer
          + " has no weight to normalise, expected a Linear, a convolution or a transposed one.");
    };
  }

  /** In the same order of memory. */
  private static Tensor copy(Parameter parameter) {
    return Tensor.apply(Scalars.IDENTITY.on(parameter.dtype()), parameter.value())[0];
  }

  /** [O, 1...] */
  private static Tensor norms(Tensor weight) {
    return weight.norm(2, true, IntStream.range(1, weight.rank()).toArray());
  }

  /** The weight's lengths, [O, 1...]. */
  public Parameter weightG() {
    return length;
  }

  /** The weight's directions, in the weight's shape. */
  public Parameter weightV() {
    return direction;
  }

  @Override
  protected Tensor forward(Tensor x) {
    var v = direction.value();
    var weight = Tensor.fuse((value, norm, g) -> value.mul(g.div(norm)), v, norms(v), length.value());
    var offset = bias == null ? null : bias.value();
    return switch (layer) {
      case Linear it -> it.with(x, weight, offset);
      case Convolutional it -> it.with(x, weight, offset);
      default -> throw new AssertionError(layer);
    };
  }

  @Override
  public String toString() {
    return "WeightNorm(" + layer + ")";
  }
}
