package io.jacquard.ops;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.spi.Backend;
import io.jacquard.spi.DeviceInfo;
import io.jacquard.spi.Gemm;
import io.jacquard.spi.Spec;
import io.jacquard.spi.View;
import io.jacquard.tensor.Autocast;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.Keep;
import io.jacquard.tensor.KernelOp;
import io.jacquard.tensor.Tensor;

/**
 * The batched matrix product {@code [..., M, K] x [..., K, N] -> [..., M, N]}; batch dimensions broadcast.
 *
 * <pre>{@code
 * var c = Tensor.apply(new MatMul(), a, b)[0];   // a.matmul(b), for operands of two dimensions or more
 * }</pre>
 */
public record MatMul() implements KernelOp {
  private static final long[] NO_PARAMS = {};
  private static final View[] NO_EXTRA = {};

  @Override
  public String name() {
    return "matmul";
  }

  @Override
  public long multiplyAdds(Spec[] in, Spec[] out) {
    return out[0].shape().numel() * in[0].shape().size(-1);
  }

  @Override
  public Autocast.Kind autocast() {
    return Autocast.Kind.HALF;
  }

  @Override
  public Spec[] infer(Spec[] in) {
    return new Spec[]{new Spec(in[0].dtype(), shape(name(), in[0], in[1]))};
  }

  /**
   * Refuses what has no product; vectors are allowed.
   *
   * @throws JacquardException naming {@code op}, both operands, what does not fit and what may help
   */
  public static void check(String op, Spec a, Spec b) {
    if (a.dtype() != b.dtype() || a.dtype() == DType.BOOL) {
      throw new JacquardException(op + ": types of " + a + " and " + b
          + ", expected one type of numbers. Convert with to(DType).");
    }
    var x = a.shape();
    var y = b.shape();
    if (x.rank() == 0 || y.rank() == 0) {
      throw new JacquardException(op + ": shapes " + x + " and " + y
          + ", expected vectors or matrices. To multiply by a scalar, use mul.");
    }
    long rows = y.rank() == 1 ? y.size(0) : y.size(-2);
    if (x.size(-1) != rows) {
      throw new JacquardException(
          op + ": shapes " + x + " and " + y + " do not fit: the first has " + x.size(-1)
              + " columns, the second " + rows + " rows." + hint(x, y));
    }
  }

  /** The product's shape, or an error that names {@code op}. */
  static Shape shape(String op, Spec a, Spec b) {
    var x = a.shape();
    var y = b.shape();
    if (x.rank() < 2 || y.rank() < 2) {
      throw new JacquardException(
          op + ": shapes " + x + " and " + y + ", expected matrices of rank 2 or more.");
    }
    check(op, a, b);
    var batch = Shape.broadcast(op, batch(x), batch(y));
    return batch.insert(batch.rank(), x.size(-2)).insert(batch.rank() + 1, y.size(-1));
  }

  private static String hint(Shape x, Shape y) {
    if (y.rank() > 1 && x.size(-1) == y.size(-1)) return " Transpose the second, with mT().";
    if (x.rank() > 1 && x.size(-2) == y.size(y.rank() > 1 ? -2 : 0))
      return " Transpose the first, with mT().";
    return " They must be equal; check the sizes of the layers on both sides.";
  }

  private static Shape batch(Shape matrices) {
    return matrices.without(matrices.rank() - 1).without(matrices.rank() - 2);
  }

  @Override
  public void forward(Backend backend, View[] in, View[] out) {
    backend.matmul(Gemm.PLAIN, NO_PARAMS, matrices(in[0], out[0]), matrices(in[1], out[0]), NO_EXTRA, out);
  }

  /** The view with its batch dimensions stretched to those of the output. */
  private static View matrices(View in, View out) {
    int rank = out.shape().rank();
    var shape = out.shape().with(rank - 2, in.shape().size(-2)).with(rank - 1, in.shape().size(-1));
    return shape.equals(in.shape())
        ? in
        : new View(in.buffer(), in.dtype(), Broadcasting.expand(in.layout(), shape));
  }

  @Override
  public boolean widens(DeviceInfo device, DType half) {
    return !device.halves().contains(half);
  }

  @Override
  public Keep keep(long wanted) {
    return new Keep((wanted & 1) << 1 | wanted >>> 1 & 1, 0);
  }

  @Override
  public void backward(Backward b) {
    var g = b.gradient(0);
    if (b.needs(0)) give(b, 0, g, b.input(1).mT());
    if (b.needs(1)) give(b, 1, b.input(0).mT(), g);
  }

  private void give(Backward b, int i, Tensor left, Tensor right) {
    boolean broadcast = b.inputShape(i).rank() < b.outputShape(0).rank()
        || !batch(b.inputShape(i)).equals(batch(b.outputShape(0)));
    if (broadcast) {
      b.give(i, left.matmul(right).sumTo(b.inputShape(i)));
    } else {
      b.give(i, this, left, right);
    }
  }
}
