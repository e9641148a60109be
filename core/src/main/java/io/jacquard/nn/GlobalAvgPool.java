package io.jacquard.nn;

import io.jacquard.JacquardException;
import io.jacquard.tensor.Tensor;
import java.util.stream.IntStream;

/**
 * The average of each channel of [N, C, spatial...]: [N, C, 1...]. What {@link AdaptiveAvgPool2d} of size 1 gives, for any
 * number of spatial dimensions.
 *
 * <pre>{@code
 * var y = new GlobalAvgPool().call(Tensor.ones(8, 64, 7, 7));   // [8, 64, 1, 1]
 * }</pre>
 */
public final class GlobalAvgPool extends Module {
  @Override
  protected Tensor forward(Tensor x) {
    if (x.rank() < 3) {
      throw new JacquardException(
          "GlobalAvgPool: the input is " + x.shape() + ", expected [N, C, spatial...].");
    }
    return x.mean(true, IntStream.range(2, x.rank()).toArray());
  }

  @Override
  public String toString() {
    return "GlobalAvgPool()";
  }
}
