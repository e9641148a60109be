package io.jacquard.nn;

import io.jacquard.JacquardException;
import io.jacquard.tensor.Tensor;
import java.util.stream.IntStream;

/**
 * The largest of each channel of [N, C, spatial...]: [N, C, 1...]. What {@link AdaptiveMaxPool2d} of size 1 gives, for any
 * number of spatial dimensions; equal maxima share the gradient.
 *
 * <pre>{@code
 * var y = new GlobalMaxPool().call(Tensor.ones(8, 64, 7, 7));   // [8, 64, 1, 1]
 * }</pre>
 */
public final class GlobalMaxPool extends Module {
  @Override
  protected Tensor forward(Tensor x) {
    if (x.rank() < 3) {
      throw new JacquardException(
          "GlobalMaxPool: the input is " + x.shape() + ", expected [N, C, spatial...].");
    }
    return x.max(true, IntStream.range(2, x.rank()).toArray());
  }

  @Override
  public String toString() {
    return "GlobalMaxPool()";
  }
}
