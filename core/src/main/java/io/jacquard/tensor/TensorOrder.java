package io.jacquard.tensor;

import io.jacquard.ops.Sorting;
import io.jacquard.spi.Scan;

/** What depends on the order of a {@link Tensor}'s elements along a dimension: sorting and running folds. */
sealed interface TensorOrder extends Shaped permits Tensor {
  /** Ascending along the last dimension. */
  default Indexed sort() {
    return sort(-1, false);
  }

  /** Ascending along a dimension. */
  default Indexed sort(int dim) {
    return sort(dim, false);
  }

  /** Sorted along a dimension; equal elements keep their order, NaN counts as the largest value. */
  default Indexed sort(int dim, boolean descending) {
    return Sorting.sort(self(), dim, descending);
  }

  /** The positions of an ascending order along the last dimension. */
  default Tensor argsort() {
    return argsort(-1, false);
  }

  /** The positions of an ascending order along a dimension. */
  default Tensor argsort(int dim) {
    return argsort(dim, false);
  }

  /** The int64 positions that sort along a dimension; equal elements keep their order, NaN counts as the largest value. */
  default Tensor argsort(int dim, boolean descending) {
    return Sorting.argsort(self(), dim, descending);
  }

  /** The {@code k} largest elements of the last dimension, the largest first. */
  default Indexed topk(long k) {
    return topk(k, -1, true);
  }

  /** The {@code k} largest elements of a dimension, the largest first. */
  default Indexed topk(long k, int dim) {
    return topk(k, dim, true);
  }

  /** The {@code k} largest elements of a dimension, or the smallest, in that order; of equals those that come first. */
  default Indexed topk(long k, int dim, boolean largest) {
    return Sorting.topk(self(), k, dim, largest);
  }

  /** Element i is the sum of elements 0 to i of the dimension; of integers and bools in int64. */
  default Tensor cumsum(int dim) {
    return Sorting.cumulative(Scan.SUM, self(), dim);
  }

  /** Element i is the product of elements 0 to i of the dimension; of integers and bools in int64. */
  default Tensor cumprod(int dim) {
    return Sorting.cumulative(Scan.PRODUCT, self(), dim);
  }

  /** The largest of elements 0 to i of the dimension, and the last place where it stands; NaN from the first NaN on. */
  default Indexed cummax(int dim) {
    return Sorting.extreme(Scan.MAX, self(), dim);
  }

  /** The smallest of elements 0 to i of the dimension, and the last place where it stands; NaN from the first NaN on. */
  default Indexed cummin(int dim) {
    return Sorting.extreme(Scan.MIN, self(), dim);
  }

  private Tensor self() {
    return (Tensor) this;
  }
}
