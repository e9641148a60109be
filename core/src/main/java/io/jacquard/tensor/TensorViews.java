package io.jacquard.tensor;

import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.ops.Arrange;
import io.jacquard.ops.Diagonal;
import io.jacquard.ops.Expand;
import io.jacquard.ops.Flip;
import io.jacquard.ops.Permute;
import io.jacquard.ops.Reshape;
import io.jacquard.ops.Slice;
import io.jacquard.ops.Unfold;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Other shapes and orders of the same elements of a {@link Tensor}. No data moves, unless it says so. */
sealed interface TensorViews extends Shaped permits Tensor {
  /** The last two dimensions exchanged. */
  default Tensor mT() {
    return transpose(-2, -1);
  }

  /** The same elements under another shape; one size may be -1. A view where strides allow it, otherwise a copy. */
  default Tensor reshape(long... sizes) {
    return reshape(HostData.inferShape(shape(), sizes));
  }

  default Tensor reshape(Shape shape) {
    if (shape.equals(shape())) return self();
    if (shape.numel() != numel()) {
      throw new JacquardException("reshape: " + shape() + " has " + numel() + " elements, " + shape + " has "
          + shape.numel() + ". They must be equal.");
    }
    var source = Reshape.of(self().view().layout(), shape) == null ? contiguous() : self();
    return Tensor.apply(new Reshape(shape), source)[0];
  }

  /** Dimensions from {@code startDim} on joined into one. */
  default Tensor flatten(int startDim) {
    return flatten(startDim, -1);
  }

  /** Dimensions from {@code startDim} to {@code endDim} (which counts too) joined into one. */
  default Tensor flatten(int startDim, int endDim) {
    int from = shape().dim("flatten", startDim);
    int to = shape().dim("flatten", endDim);
    if (from > to) {
      throw new JacquardException("flatten: dimension " + startDim + " comes after " + endDim + " in shape "
          + shape() + ". Name the first dimension first.");
    }
    var joined = shape();
    for (int d = to; d > from; d--)
      joined = joined.without(d).with(d - 1, joined.size(d - 1) * joined.size(d));
    return reshape(joined);
  }

  default Tensor flatten() {
    return reshape(Shape.of(numel()));
  }

  /** The dimensions in another order. */
  default Tensor permute(int... dims) {
    var order = IntStream.of(dims).map(d -> shape().dim("permute", d)).toArray();
    if (IntStream.of(order).distinct().count() != rank() || order.length != rank()) {
      throw new JacquardException("permute: " + Arrays.toString(dims) + " is not an order of the " + rank()
          + " dimensions of shape " + shape() + ". Name each dimension once.");
    }
    return Tensor.apply(new Permute(order), self())[0];
  }

  /** Two dimensions exchanged. */
  default Tensor transpose(int a, int b) {
    var order = IntStream.range(0, rank()).toArray();
    int x = shape().dim("transpose", a);
    int y = shape().dim("transpose", b);
    order[x] = y;
    order[y] = x;
    return Tensor.apply(new Permute(order), self())[0];
  }

  /** Indices {@code start} to {@code end - 1} of a dimension; negative ones count from the end, both are clipped. */
  default Tensor slice(int dim, long start, long end) {
    return slice(dim, start, end, 1);
  }

  /** Every {@code step}-th index from {@code start} to {@code end - 1}, as Python's {@code start:end:step}. */
  default Tensor slice(int dim, long start, long end, long step) {
    int d = shape().dim("slice", dim);
    long size = shape().size(d);
    if (step < 1) throw new JacquardException("slice: step " + step + ", expected 1 or more.");
    long from = Math.clamp(start < 0 ? start + size : start, 0, size);
    long to = Math.clamp(end < 0 ? end + size : end, from, size);
    return Tensor.apply(new Slice(d, from, Math.ceilDiv(to - from, step), step), self())[0];
  }

  /** One index of a dimension, which goes. */
  default Tensor select(int dim, long index) {
    int d = shape().dim("select", dim);
    long size = shape().size(d);
    if (index < -size || index >= size) {
      throw new JacquardException(
          "select: index " + index + " is outside dimension " + dim + " of shape " + shape()
              + ", expected " + -size + " to " + (size - 1) + ".");
    }
    long at = index < 0 ? index + size : index;
    return slice(d, at, at + 1).squeeze(d);
  }

  /** Sizes of 1 stretched, and new leading dimensions, without a copy; -1 keeps a size. */
  default Tensor expand(long... sizes) {
    var wanted = sizes.clone();
    int missing = sizes.length - rank();
    for (int d = Math.max(missing, 0); d < wanted.length; d++) {
      if (wanted[d] == -1) wanted[d] = shape().size(d - missing);
    }
    return expand(Shape.of(wanted));
  }

  default Tensor expand(Shape shape) {
    return shape.equals(shape()) ? self() : Tensor.apply(new Expand(shape), self())[0];
  }

  /** Without a dimension of size 1; a larger one stays. */
  default Tensor squeeze(int dim) {
    int d = shape().dim("squeeze", dim);
    return shape().size(d) == 1 ? reshape(shape().without(d)) : self();
  }

  /** With a new dimension of size 1 before {@code dim}. */
  default Tensor unsqueeze(int dim) {
    int d = dim < 0 ? dim + rank() + 1 : dim;
    if (d < 0 || d > rank()) {
      throw new JacquardException("unsqueeze: dimension " + dim + " for shape " + shape() + ", expected "
          + (-rank() - 1) + " to " + rank() + ".");
    }
    return reshape(shape().insert(d, 1));
  }

  /** Dimension {@code from} moved to place {@code to}; the others keep their order. */
  default Tensor movedim(int from, int to) {
    int source = shape().dim("movedim", from);
    int target = shape().dim("movedim", to);
    if (source == target) return self();
    var order = IntStream.range(0, rank()).filter(d -> d != source).boxed().collect(Collectors.toList());
    order.add(target, source);
    return permute(order.stream().mapToInt(d -> d).toArray());
  }

  /** Two dimensions exchanged: another name of {@link #transpose}. */
  default Tensor swapdims(int a, int b) {
    return transpose(a, b);
  }

  /** Parts of {@code size} indices along dimension 0, see {@link #split(long, int)}. */
  default Tensor[] split(long size) {
    return split(size, 0);
  }

  /** Parts of {@code size} indices along a dimension, the last one smaller if need be; at least one part. */
  default Tensor[] split(long size, int dim) {
    long whole = shape().size(shape().dim("split", dim));
    if (size < 0 || size == 0 && whole > 0) {
      throw new JacquardException(
          "split: parts of " + size + " along dimension " + dim + " of shape " + shape()
              + ", expected a positive size.");
    }
    if (whole == 0) return new Tensor[]{slice(dim, 0, 0)};
    var parts = new Tensor[Math.toIntExact(Math.ceilDiv(whole, size))];
    for (int i = 0; i < parts.length; i++) parts[i] = slice(dim, i * size, Math.min(whole, (i + 1) * size));
    return parts;
  }

  /**
   * Parts of the given sizes along a dimension.
   *
   * @throws JacquardException if a size is negative, or they do not add up to the dimension's
   */
  default Tensor[] split(long[] sizes, int dim) {
    long whole = shape().size(shape().dim("split", dim));
    if (LongStream.of(sizes).anyMatch(n -> n < 0) || LongStream.of(sizes).sum() != whole) {
      throw new JacquardException("split: sizes " + Arrays.toString(sizes) + " along dimension " + dim
          + " of shape " + shape() + ", expected sizes from 0 that add up to " + whole + ".");
    }
    var parts = new Tensor[sizes.length];
    long at = 0;
    for (int i = 0; i < parts.length; i++) parts[i] = slice(dim, at, at += sizes[i]);
    return parts;
  }

  /** At most {@code chunks} parts along dimension 0, see {@link #chunk(int, int)}. */
  default Tensor[] chunk(int chunks) {
    return chunk(chunks, 0);
  }

  /** At most {@code chunks} parts along a dimension, of {@code ceil(size / chunks)} indices each but for the last. */
  default Tensor[] chunk(int chunks, int dim) {
    long whole = shape().size(shape().dim("chunk", dim));
    if (chunks < 1) throw new JacquardException("chunk: " + chunks + " chunks, expected 1 or more.");
    if (whole > 0) return split(Math.ceilDiv(whole, chunks), dim);
    // PyTorch makes as many empty parts as were asked for.
    return IntStream.range(0, chunks).mapToObj(_ -> slice(dim, 0, 0)).toArray(Tensor[]::new);
  }

  /**
   * Windows of {@code size} neighbours along a dimension, one every {@code step}: {@code [..., n, ...] -> [..., (n - size) /
   * step + 1, ..., size]}. Windows may overlap; the gradient adds up.
   *
   * @throws JacquardException if {@code size} is not 1 to the dimension's, or {@code step} below 1
   */
  default Tensor unfold(int dim, long size, long step) {
    int d = shape().dim("unfold", dim);
    if (size < 1 || size > shape().size(d) || step < 1) {
      throw new JacquardException(
          "unfold: windows of " + size + ", one every " + step + ", along dimension " + dim
              + " of shape " + shape() + ", expected a size of 1 to " + shape().size(d)
              + " and a step of 1 or more.");
    }
    return Tensor.apply(new Unfold(d, size, step), self())[0];
  }

  /** The named dimensions backwards; none if none is named. */
  default Tensor flip(int... dims) {
    var distinct = IntStream.of(dims).map(d -> shape().dim("flip", d)).distinct().toArray();
    if (distinct.length != dims.length) {
      throw new JacquardException(
          "flip: " + Arrays.toString(dims) + " names a dimension of shape " + shape() + " twice.");
    }
    var flipped = self();
    for (int d : distinct) flipped = Tensor.apply(new Flip(d), flipped)[0];
    return flipped;
  }

  /** The main diagonal of a matrix, see {@link #diagonal(long, int, int)}. */
  default Tensor diagonal() {
    return diagonal(0, 0, 1);
  }

  /**
   * Where the index of {@code dim2} is that of {@code dim1} plus {@code offset}: the two dimensions go, the diagonal is a
   * new last one. Beyond the matrix it is empty.
   */
  default Tensor diagonal(long offset, int dim1, int dim2) {
    int first = shape().dim("diagonal", dim1);
    int second = shape().dim("diagonal", dim2);
    if (first == second) {
      throw new JacquardException("diagonal: dimensions " + dim1 + " and " + dim2 + " of shape " + shape()
          + " are the same, expected two.");
    }
    return Tensor.apply(new Diagonal(offset, first, second), self())[0];
  }

  /** The same elements without gaps, row-major; this tensor if it is so already. */
  default Tensor contiguous() {
    return self().view().layout().isContiguous() ? self()
        : Tensor.apply(Arrange.rowMajor(rank()), self())[0];
  }

  private Tensor self() {
    return (Tensor) this;
  }
}
