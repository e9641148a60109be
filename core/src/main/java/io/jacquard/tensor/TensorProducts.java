package io.jacquard.tensor;

import io.jacquard.JacquardException;
import io.jacquard.ops.Attention;
import io.jacquard.ops.AttentionOptions;
import io.jacquard.ops.MatMul;

/** Products of {@link Tensor} as vectors and matrices. */
sealed interface TensorProducts extends Shaped permits Tensor {
  /**
   * The matrix product; batch dimensions broadcast, a vector counts as a row on the left and a column on the right.
   *
   * @throws JacquardException if the inner sizes differ, with both shapes
   */
  default Tensor matmul(Tensor other) {
    if (Autocast.type() != null) {
      var x = Autocast.ofProduct(self());
      var y = Autocast.ofProduct(other);
      if (x != self() || y != other) return x.matmul(y);
    }
    MatMul.check("matmul", self().spec(), other.spec());
    if (rank() == 1) return self().unsqueeze(0).matmul(other).squeeze(other.rank() == 1 ? 0 : -2);
    if (other.rank() == 1) return matmul(other.unsqueeze(1)).squeeze(-1);
    if (rank() > 2 && other.rank() == 2) {
      // One large product instead of a batch with a shared right side.
      var rows = self().flatten(0, -2).matmul(other);
      return rows.reshape(shape().with(rank() - 1, other.size(1)));
    }
    return Tensor.apply(new MatMul(), self(), other)[0];
  }

  /**
   * The sum of the products of two vectors.
   *
   * @throws JacquardException if they are no vectors of equal sizes
   */
  default Tensor dot(Tensor other) {
    if (rank() != 1 || other.rank() != 1) {
      throw new JacquardException(
          "dot: shapes " + shape() + " and " + other.shape()
              + ", expected two vectors. Use matmul, or einsum.");
    }
    return matmul(other);
  }

  /** Of two vectors the matrix of all products: element (i, j) is that of element i of this one and j of the other. */
  default Tensor outer(Tensor other) {
    if (rank() != 1 || other.rank() != 1) {
      throw new JacquardException(
          "outer: shapes " + shape() + " and " + other.shape()
              + ", expected two vectors. Use einsum, or unsqueeze.");
    }
    return self().unsqueeze(1).mul(other);
  }

  /** See {@link #scaledDotProductAttention(Tensor, Tensor, AttentionOptions)}, without mask or dropout. */
  default Tensor scaledDotProductAttention(Tensor key, Tensor value) {
    return scaledDotProductAttention(key, value, AttentionOptions.defaults());
  }

  /**
   * Of queries (this tensor), keys and values {@code softmax(query . key^T / sqrt(E)) . value}, by Vaswani et al.: Attention
   * Is All You Need (2017). [..., L, E], [..., S, E] and [..., S, Ev] give [..., L, Ev]; what is before these dimensions,
   * such as samples and heads, broadcasts. A query that may look at nothing gets zeros.
   *
   * @throws JacquardException on shapes or types that do not fit, naming them
   */
  default Tensor scaledDotProductAttention(Tensor key, Tensor value, AttentionOptions options) {
    return Attention.of(self(), key, value, options);
  }

  private Tensor self() {
    return (Tensor) this;
  }
}
