package io.jacquard.contract;

import io.jacquard.Shape;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * An array of doubles in row-major order with the operations of tensors, each a loop over indices: what results are
 * compared with.
 */
record Plain(Shape shape, double[] values) {
  static Plain of(Shape shape, double... values) {
    return new Plain(shape, values);
  }

  static Plain scalar(double value) {
    return of(Shape.SCALAR, value);
  }

  /** Numbers from [low, high). */
  static Plain random(Shape shape, double low, double high, SplittableRandom random) {
    return new Plain(shape, random.doubles(shape.numel(), low, high).toArray());
  }

  /** Filled by a function of the index. */
  static Plain fill(Shape shape, ToDoubleFunction<long[]> value) {
    var values = new double[(int) shape.numel()];
    for (int i = 0; i < values.length; i++) values[i] = value.applyAsDouble(index(shape, i));
    return new Plain(shape, values);
  }

  /** The index of the element at a row-major position. */
  static long[] index(Shape shape, long position) {
    var index = new long[shape.rank()];
    for (int d = index.length - 1; d >= 0; d--) {
      index[d] = position % shape.size(d);
      position /= shape.size(d);
    }
    return index;
  }

  double at(long... index) {
    long position = 0;
    for (int d = 0; d < index.length; d++) position = position * shape.size(d) + index[d];
    return values[(int) position];
  }

  int rank() {
    return shape.rank();
  }

  Plain map(DoubleUnaryOperator f) {
    return new Plain(shape, Arrays.stream(values).map(f).toArray());
  }

  /** Stretched to a shape, aligned at the last dimension. */
  Plain expand(Shape to) {
    int missing = to.rank() - rank();
    return fill(to, index -> {
      var own = new long[rank()];
      for (int d = 0; d < own.length; d++) own[d] = shape.size(d) == 1 ? 0 : index[d + missing];
      return at(own);
    });
  }

  Plain zip(Plain other, DoubleBinaryOperator f) {
    var common = common(shape, other.shape);
    var a = expand(common).values;
    var b = other.expand(common).values;
    return new Plain(common,
        IntStream.range(0, a.length).mapToDouble(i -> f.applyAsDouble(a[i], b[i])).toArray());
  }

  /** NumPy's rule, for shapes that do broadcast. */
  private static Shape common(Shape a, Shape b) {
    var sizes = new long[Math.max(a.rank(), b.rank())];
    for (int back = 1; back <= sizes.length; back++) {
      long x = back <= a.rank() ? a.size(-back) : 1;
      long y = back <= b.rank() ? b.size(-back) : 1;
      sizes[sizes.length - back] = x == 1 ? y : x;
    }
    return Shape.of(sizes);
  }

  /** Every line along {@code dims} handed to {@code f}, in row-major order. */
  Plain reduce(boolean keepDims, int[] dims, ToDoubleFunction<double[]> f) {
    var kept = shape;
    for (int d : dims) kept = kept.with(d, 1);
    var lines = new double[(int) kept.numel()][0];
    for (int i = 0; i < values.length; i++) {
      var index = index(shape, i);
      for (int d : dims) index[d] = 0;
      int line = 0;
      for (int d = 0; d < index.length; d++) line = (int) (line * kept.size(d) + index[d]);
      lines[line] = Arrays.copyOf(lines[line], lines[line].length + 1);
      lines[line][lines[line].length - 1] = values[i];
    }
    var result = new Plain(kept, Arrays.stream(lines).mapToDouble(f).toArray());
    if (keepDims) return result;
    var left = IntStream.range(0, rank()).filter(d -> Arrays.stream(dims).noneMatch(r -> r == d))
        .mapToLong(d -> shape.size(d)).toArray();
    return result.reshape(Shape.of(left));
  }

  /** Every line along {@code dim} replaced by another of its length. */
  Plain lines(int dim, UnaryOperator<double[]> f) {
    var result = values.clone();
    long step = 1;
    for (int d = dim + 1; d < rank(); d++) step *= shape.size(d);
    for (int i = 0; i < values.length; i++) {
      if (index(shape, i)[dim] != 0) continue;
      var line = new double[(int) shape.size(dim)];
      for (int k = 0; k < line.length; k++) line[k] = values[(int) (i + k * step)];
      line = f.apply(line);
      for (int k = 0; k < line.length; k++) result[(int) (i + k * step)] = line[k];
    }
    return new Plain(shape, result);
  }

  Plain reshape(Shape to) {
    if (to.numel() != values.length) throw new IllegalArgumentException(shape + " as " + to);
    return new Plain(to, values);
  }

  Plain permute(int... order) {
    var to = Shape.of(Arrays.stream(order).mapToLong(shape::size).toArray());
    return fill(to, index -> {
      var own = new long[order.length];
      for (int d = 0; d < own.length; d++) own[order[d]] = index[d];
      return at(own);
    });
  }

  /** Index {@code start + k * step} of dimension {@code dim}, for k from 0 to count - 1. */
  Plain slice(int dim, long start, long count, long step) {
    return fill(shape.with(dim, count), index -> {
      var own = index.clone();
      own[dim] = start + index[dim] * step;
      return at(own);
    });
  }

  Plain concat(int dim, Plain other) {
    long mine = shape.size(dim);
    return fill(shape.with(dim, mine + other.shape.size(dim)), index -> {
      if (index[dim] < mine) return at(index);
      var theirs = index.clone();
      theirs[dim] -= mine;
      return other.at(theirs);
    });
  }

  /** Matrices of one batch shape, of rank 2 at least. */
  Plain matmul(Plain other) {
    var batch = common(shape.without(rank() - 1).without(rank() - 2),
        other.shape.without(other.rank() - 1).without(other.rank() - 2));
    int r = batch.rank();
    var a = expand(batch.insert(r, shape.size(-2)).insert(r + 1, shape.size(-1)));
    var b = other.expand(batch.insert(r, other.shape.size(-2)).insert(r + 1, other.shape.size(-1)));
    return fill(batch.insert(r, shape.size(-2)).insert(r + 1, other.shape.size(-1)), index -> {
      var left = index.clone();
      var right = index.clone();
      double sum = 0;
      for (long k = 0; k < shape.size(-1); k++) {
        left[r + 1] = k;
        right[r] = k;
        sum += a.at(left) * b.at(right);
      }
      return sum;
    });
  }
}
