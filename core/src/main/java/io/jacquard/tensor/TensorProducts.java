package io.jacquard.tensor;

import io.jacquard.JacquardException;
import io.jacquard.ops.MatMul;

/** Products of {@link Tensor} as vectors and matrices. */
sealed interface TensorProducts extends Shaped permits Tensor {
  /**
   * The matrix product; batch dimensions broadcast, a vector counts as a row on the left and a column on the right.
   *
   * @throws JacquardException if the inner sizes differ, with both shapes
   */
  default Tensor matmul(Tensor other) {
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

  private Tensor self() {
    return (Tensor) this;
  }
}
