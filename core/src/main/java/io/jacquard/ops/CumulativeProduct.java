package io.jacquard.ops;

import io.jacquard.tensor.Tensor;

/** Gradients of products along a dimension, right where factors are zero. */
final class CumulativeProduct {
  /** Whether an element is a zero, and the first of its line (given how many there are up to it). */
  private static final ScalarFunction FIRST_ZERO = ScalarFunction.of("first_zero",
      in -> in[0].eq(0).and(in[1].eq(1)));
  private static final ScalarFunction SHARE = ScalarFunction.of("cumprod_backward", in -> {
    var x = in[0];
    var zeros = in[1];
    var before = in[2].div(x);
    return zeros.eq(0).where(before, x.eq(0).and(zeros.eq(1)).where(in[3], x.constantFor(0)));
  });

  private CumulativeProduct() {}

  /**
   * Of y = cumprod(x): {@code dx_i = sum_{k >= i} g_k y_k / x_i} before the first zero. At the first zero the products
   * without it are taken; behind it every product has that zero, so nothing arrives.
   */
  static Tensor gradient(Tensor x, Tensor y, Tensor g, int dim) {
    var type = x.dtype();
    var zeros = x.eq(0).cumsum(dim);
    var first = Tensor.apply(FIRST_ZERO.on(type, zeros.dtype()), x, zeros)[0];
    var without = Tensor.where(first, 1, x).cumprod(dim);
    return Tensor.apply(SHARE.on(type, zeros.dtype(), type, type), x, zeros, fromEnd(g.mul(y), dim),
        fromEnd(g.mul(without), dim))[0];
  }

  private static Tensor fromEnd(Tensor x, int dim) {
    return x.flip(dim).cumsum(dim).flip(dim);
  }

  /**
   * The same from products and sums alone, so that it can be differentiated again, at the price of a matrix for each line:
   * {@code dx_i = (x_0 ... x_{i-1}) sum_{k >= i} g_k x_{i+1} ... x_k}.
   */
  static Tensor differentiable(Tensor x, Tensor g, int dim) {
    long n = x.size(dim);
    int last = x.rank() - 1;
    if (x.numel() == 0) return g;
    var lines = x.movedim(dim, last);
    var each = Tensor.arange(x.device(), n);
    var behind = each.unsqueeze(0).gt(each.unsqueeze(1));
    var square = lines.unsqueeze(-2).expand(lines.shape().insert(last, n));
    var products = Tensor.where(behind, square, 1).cumprod(last + 1);
    var sums = products.mul(g.movedim(dim, last).unsqueeze(-2)).triu().sum(-1);
    return exclusive(lines).mul(sums).movedim(last, dim);
  }

  /** Of x along the last dimension: the product of all elements before each. */
  private static Tensor exclusive(Tensor x) {
    int last = x.rank() - 1;
    var one = x.shape().with(last, 1);
    return Tensor.concat(last, Tensor.ones(x.device(), x.dtype(), one), x.slice(last, 0, x.size(last) - 1))
        .cumprod(last);
  }

  /** For each element of the last dimension, the product of all others there. */
  static Tensor ofOthers(Tensor x) {
    if (x.numel() == 0) return x;
    return exclusive(x).mul(exclusive(x.flip(-1)).flip(-1));
  }
}
