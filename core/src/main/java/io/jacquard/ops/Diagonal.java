package io.jacquard.ops;

import io.jacquard.Shape;
import io.jacquard.spi.Layout;
import io.jacquard.spi.Spec;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.Tensor;
import io.jacquard.tensor.ViewOp;

/**
 * The elements of two dimensions whose indices differ by {@code offset} (second minus first), as a new last dimension:
 * both strides added.
 *
 * <pre>{@code
 * var above = Tensor.apply(new Diagonal(1, 0, 1), x)[0];   // the same as x.diagonal(1, 0, 1)
 * }</pre>
 *
 * @param dim1 the first dimension, not negative, other than {@code dim2}
 */
public record Diagonal(long offset, int dim1, int dim2) implements ViewOp {
  @Override
  public String name() {
    return "diagonal";
  }

  @Override
  public Spec[] infer(Spec[] in) {
    return new Spec[]{new Spec(in[0].dtype(), shape(in[0].shape()))};
  }

  private Shape shape(Shape in) {
    long length = Math.min(in.size(dim1) + Math.min(offset, 0), in.size(dim2) - Math.max(offset, 0));
    var rest = in.without(Math.max(dim1, dim2)).without(Math.min(dim1, dim2));
    return rest.insert(rest.rank(), Math.max(0, length));
  }

  @Override
  public Layout layout(Layout in) {
    var shape = shape(in.shape());
    var strides = new long[shape.rank()];
    for (int d = 0, to = 0; d < in.shape().rank(); d++) {
      if (d != dim1 && d != dim2) strides[to++] = in.stride(d);
    }
    strides[strides.length - 1] = in.stride(dim1) + in.stride(dim2);
    // A diagonal beyond the matrix has no elements, and no place.
    long start = shape.size(-1) == 0 ? 0 : offset >= 0 ? offset * in.stride(dim2) : -offset * in.stride(dim1);
    return new Layout(shape, strides, in.offset() + start);
  }

  @Override
  public void backward(Backward b) {
    b.give(0, new Embed(this, b.inputShape(0)), b.gradient(0));
  }

  /** Zeros of {@code matrix} with a vector on diagonal {@code offset}. */
  public static Tensor embed(Tensor vector, long offset, Shape matrix) {
    return Tensor.apply(new Embed(new Diagonal(offset, 0, 1), matrix), vector)[0];
  }
}
