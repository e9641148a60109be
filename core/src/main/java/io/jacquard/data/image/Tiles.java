package io.jacquard.data.image;

import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.tensor.Tensor;

/**
 * What layers give and weigh as small pictures, for an {@link ImageGrid}.
 *
 * <pre>{@code
 * var tiles = Tiles.filters(model.stateDict().get("conv1.weight"));       // [32, 1, 3, 3] from 0 to 1
 * ImageGrid.write(Path.of("filters.png"), tiles, 8);
 * }</pre>
 */
public final class Tiles {
  private Tiles() {}

  /**
   * Filters: zero is middle grey, what is positive lighter, what is negative darker, all to one scale.
   *
   * @param weight of a convolution, [K, C, H, W]
   * @return [K, C, H, W] of one channel or three; of others [K * C, 1, H, W], the channels of a filter in a row
   */
  public static Tensor filters(Tensor weight) {
    if (weight.rank() != 4 || weight.numel() == 0)
      throw new JacquardException("Tiles: the weight is " + weight.shape() + ", expected [K, C, H, W].");
    long channels = weight.size(1);
    var tiles = channels == 1 || channels == 3
        ? weight
        : weight.reshape(weight.size(0) * channels, 1, weight.size(2), weight.size(3));
    double most = Math.max(weight.abs().max().item(), Float.MIN_NORMAL);
    return tiles.mul(0.5 / most).add(0.5);
  }

  /**
   * The weights of a linear layer's neurons as pictures of its input.
   *
   * @param weight [K, inputs]
   * @param picture the shape of what was flattened, [C, H, W]
   */
  public static Tensor filters(Tensor weight, Shape picture) {
    if (weight.rank() != 2 || picture.rank() != 3 || weight.size(1) != picture.numel()) {
      throw new JacquardException("Tiles: the weight is " + weight.shape()
          + ", expected [K, inputs] with as many inputs as a picture " + picture + " has.");
    }
    return filters(weight.reshape(weight.size(0), picture.size(0), picture.size(1), picture.size(2)));
  }

  /**
   * The channels that a layer gave for one sample, each from its own smallest value, black, to its largest, white.
   *
   * @param output [C, H, W]; or [F], whose numbers become one strip
   * @return [C, 1, H, W], or [1, 1, 1, F]
   */
  public static Tensor activations(Tensor output) {
    if (output.rank() == 1) return activations(output.reshape(1, 1, output.size(0)));
    if (output.rank() != 3 || output.numel() == 0)
      throw new JacquardException(
          "Tiles: the output is " + output.shape() + ", expected [C, H, W] or [F] of one sample.");
    var low = output.min(true, 1, 2);
    var range = output.max(true, 1, 2).sub(low).clampMin(Float.MIN_NORMAL);
    return output.sub(low).div(range).unsqueeze(1);
  }
}
