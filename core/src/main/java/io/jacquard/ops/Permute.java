package io.jacquard.ops;

import io.jacquard.Shape;
import io.jacquard.spi.Layout;
import io.jacquard.spi.Spec;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.ViewOp;
import java.util.Arrays;

/**
 * The dimensions in another order: dimension d of the result is dimension {@code dims[d]} of the input.
 *
 * <pre>{@code
 * var channelsLast = Tensor.apply(new Permute(0, 2, 3, 1), images)[0];   // images.permute(0, 2, 3, 1)
 * }</pre>
 */
public record Permute(int... dims) implements ViewOp {
  @Override
  public String name() {
    return "permute";
  }

  @Override
  public Spec[] infer(Spec[] in) {
    return new Spec[]{new Spec(in[0].dtype(), permuted(in[0].shape()))};
  }

  private Shape permuted(Shape in) {
    return Shape.of(Arrays.stream(dims).mapToLong(in::size).toArray());
  }

  @Override
  public Layout layout(Layout in) {
    return new Layout(permuted(in.shape()), Arrays.stream(dims).mapToLong(in::stride).toArray(), in.offset());
  }

  @Override
  public void backward(Backward b) {
    var inverse = new int[dims.length];
    for (int d = 0; d < dims.length; d++) inverse[dims[d]] = d;
    b.give(0, b.gradient(0).permute(inverse));
  }

  // A record compares an array by its identity, but an op is what it says.

  @Override
  public boolean equals(Object other) {
    return other instanceof Permute that && Arrays.equals(dims, that.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  @Override
  public String toString() {
    return "Permute" + Arrays.toString(dims);
  }
}
