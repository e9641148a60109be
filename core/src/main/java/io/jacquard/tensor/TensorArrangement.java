package io.jacquard.tensor;

import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.ops.Diagonal;
import io.jacquard.ops.Triangle;
import java.util.Arrays;

/** Elements of a {@link Tensor} moved, repeated or cut off. Unlike {@link TensorViews}, these make copies. */
sealed interface TensorArrangement extends Shaped permits Tensor {
  /** The elements in row-major order moved by {@code shift} places, those that leave at one end entering at the other. */
  default Tensor roll(long shift) {
    return self().flatten().roll(shift, 0).reshape(shape());
  }

  /** Indices of a dimension moved by {@code shift} places, those that leave at one end entering at the other. */
  default Tensor roll(long shift, int dim) {
    long size = shape().size(shape().dim("roll", dim));
    if (size == 0) return self();
    long at = Math.floorMod(-shift, size);
    return at == 0 ? self() : Tensor.concat(dim, self().slice(dim, at, size), self().slice(dim, 0, at));
  }

  /** As {@link #roll(long, int)}, for several dimensions, each by its own shift. */
  default Tensor roll(long[] shifts, int[] dims) {
    if (shifts.length != dims.length) {
      throw new JacquardException("roll: " + shifts.length + " shifts for " + dims.length
          + " dimensions, expected as many. Name a dimension for each shift.");
    }
    var rolled = self();
    for (int k = 0; k < dims.length; k++) rolled = rolled.roll(shifts[k], dims[k]);
    return rolled;
  }

  /**
   * The whole tensor repeated so many times along each dimension; leading ones may be added.
   *
   * @param times from 0; at least one for each dimension of this tensor
   */
  default Tensor repeat(long... times) {
    if (times.length < rank() || Arrays.stream(times).anyMatch(n -> n < 0)) {
      throw new JacquardException("repeat: " + Arrays.toString(times) + " times for shape " + shape()
          + ", expected at least " + rank() + " numbers from 0. For fewer numbers, use tile.");
    }
    var from = shape();
    while (from.rank() < times.length) from = from.insert(0, 1);
    // Each dimension [n] becomes [times, 1 * n], which is stretched and joined.
    var apart = new long[2 * times.length];
    var stretched = new long[2 * times.length];
    var joined = new long[times.length];
    for (int d = 0; d < times.length; d++) {
      apart[2 * d] = 1;
      stretched[2 * d] = times[d];
      apart[2 * d + 1] = stretched[2 * d + 1] = from.size(d);
      joined[d] = Math.multiplyExact(times[d], from.size(d));
    }
    return self().reshape(Shape.of(apart)).expand(Shape.of(stretched)).reshape(Shape.of(joined));
  }

  /** As {@link #repeat}, but where {@code times} has too few numbers, those of the leading dimensions are 1. */
  default Tensor tile(long... times) {
    if (times.length >= rank()) return repeat(times);
    var all = new long[rank()];
    Arrays.fill(all, 1);
    System.arraycopy(times, 0, all, all.length - times.length, times.length);
    return repeat(all);
  }

  /** Each index of a dimension repeated so many times, one after the other. */
  default Tensor repeatInterleave(long times, int dim) {
    int d = shape().dim("repeat_interleave", dim);
    if (times < 0) {
      throw new JacquardException("repeat_interleave: " + times + " times, expected 0 or more.");
    }
    long size = Math.multiplyExact(times, shape().size(d));
    return self().unsqueeze(d + 1).expand(shape().insert(d + 1, times)).reshape(shape().with(d, size));
  }

  /** Matrices with zeros above the main diagonal. */
  default Tensor tril() {
    return tril(0);
  }

  /** Matrices (the last two dimensions) with zeros above diagonal {@code k}: those where column - row is more than k. */
  default Tensor tril(long k) {
    return Triangle.lower(self(), k);
  }

  /** Matrices with zeros below the main diagonal. */
  default Tensor triu() {
    return triu(0);
  }

  /** Matrices (the last two dimensions) with zeros below diagonal {@code k}: those where column - row is less than k. */
  default Tensor triu(long k) {
    return Triangle.upper(self(), k);
  }

  /** See {@link #diag(long)}, for the main diagonal. */
  default Tensor diag() {
    return diag(0);
  }

  /** Of a vector the matrix with it on diagonal {@code k} and zeros elsewhere; of a matrix its diagonal {@code k}, a view. */
  default Tensor diag(long k) {
    if (rank() == 2) return self().diagonal(k, 0, 1);
    if (rank() != 1) {
      throw new JacquardException(
          "diag: shape " + shape() + ", expected a vector or a matrix. For a batch, use "
              + "diagonal.");
    }
    long n = Math.addExact(numel(), Math.absExact(k));
    return Diagonal.embed(self(), k, Shape.of(n, n));
  }

  /** The sum of a matrix's main diagonal. */
  default Tensor trace() {
    if (rank() != 2) {
      throw new JacquardException("trace: shape " + shape() + ", expected a matrix. For a batch, use "
          + "diagonal(0, -2, -1).sum(-1).");
    }
    return self().diagonal().sum();
  }

  private Tensor self() {
    return (Tensor) this;
  }
}
