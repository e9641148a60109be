package io.jacquard.ops;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.spi.Spec;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Tensor;

/**
 * Elements taken and put along a dimension, each by its own index, as PyTorch's {@code gather} and {@code scatter}: checks,
 * and the decomposition into rows of the flattened tensor.
 *
 * <pre>{@code
 * var chosen = Indexing.gather(x, 1, x.argmax(1).unsqueeze(1), true);   // the largest element of each row
 * }</pre>
 */
public final class Indexing {
  /** Where an element lies in the row-major order of a tensor, of which this is the index along one dimension. */
  private static final ScalarFunction PLACES = ScalarFunction.withParams("places", trace -> {
    var size = trace.param(0, DType.INT64);
    var inner = trace.param(1, DType.INT64);
    var block = trace.param(2, DType.INT64);
    var at = trace.index();
    var outer = at.div(block);
    var behind = at.sub(at.div(inner).mul(inner));
    return outer.mul(size).add(trace.input(0).to(DType.INT64)).mul(inner).add(behind);
  });
  /** Of places in order, whether the next is another; the last has none. */
  private static final ScalarFunction LAST_OF_RUN = ScalarFunction.of("last_of_run",
      in -> in[0].ne(in[1]).to(DType.INT64));
  private static final ScalarFunction NUMBER = ScalarFunction.of("number", in -> in[0].mul(in[1].add(1)));

  private Indexing() {}

  static void requireIndex(String op, Spec index) {
    if (index.dtype() != DType.INT32 && index.dtype() != DType.INT64) {
      throw new JacquardException(
          op + ": the index is " + index + ", expected int32 or int64. Use to(DType.INT64).");
    }
  }

  /** For each element of an index, in row-major order, its place in a tensor with {@code size} along the dimension. */
  static Tensor places(Tensor index, int dim, long size) {
    long inner = 1;
    for (int d = dim + 1; d < index.rank(); d++) inner *= index.size(d);
    var op = PLACES.on(index.dtype()).withParams(size, inner, inner * index.size(dim));
    return Tensor.apply(op, index)[0].flatten();
  }

  /**
   * Elements of {@code x} along a dimension; the index may be smaller in the others.
   *
   * @param unknown whether the numbers in the index must be checked
   */
  public static Tensor gather(Tensor x, int dim, Tensor index, boolean unknown) {
    int d = check("gather", x, dim, index);
    if (unknown) requireRange("gather", index, x.size(d));
    return Tensor.apply(new GatherAlong(d), narrow(x, index.shape(), d), index)[0];
  }

  /** As {@link #gather}, the other dimensions of both broadcast. */
  public static Tensor takeAlongDim(Tensor x, Tensor index, int dim) {
    int d = x.shape().dim("take_along_dim", dim);
    if (x.rank() != index.rank()) throw ranks("take_along_dim", x, index);
    var others = Shape.broadcast("take_along_dim", x.shape().with(d, 1), index.shape().with(d, 1));
    return gather(x.expand(others.with(d, x.size(d))), d, index.expand(others.with(d, index.size(d))), true);
  }

  /** {@code x} with the elements of {@code source} added where the index says. */
  public static Tensor scatterAdd(Tensor x, int dim, Tensor index, Tensor source) {
    int d = checkSource("scatter_add", x, dim, index, source);
    if (x.dtype() == DType.BOOL) {
      throw new JacquardException("scatter_add: tensors of bool, expected numbers. Use to(DType.INT64).");
    }
    var sums = Tensor.apply(new ScatterAlong(d, x.size(d)), index, narrow(source, index.shape(), -1))[0];
    return x.add(Embed.pad(sums, x.shape()));
  }

  /** {@code x} with the elements of {@code source} put where the index says; of several for one place the last stays. */
  public static Tensor scatter(Tensor x, int dim, Tensor index, Tensor source) {
    int d = checkSource("scatter", x, dim, index, source);
    Tensor from;
    Tensor hit;
    try (var _ = GradMode.noGrad()) {
      var number = Tensor.apply(new ScatterAlong(d, x.size(d)), index, lastNumbers(index, d, x.size(d)))[0];
      var padded = Embed.pad(number, x.shape());
      hit = padded.gt(0);
      from = padded.sub(1).clampMin(0).flatten();
    }
    var elements = narrow(source, index.shape(), -1).flatten();
    // Where nothing is to be put, there must still be an element to read.
    if (index.numel() == 0) elements = Embed.pad(elements, Shape.of(1));
    var taken = elements.gatherRows(from).reshape(x.shape());
    return Tensor.where(hit, taken, x);
  }

  /** As {@link #scatter}, with one value for all places. */
  public static Tensor scatter(Tensor x, int dim, Tensor index, double value) {
    int d = check("scatter", x, dim, index);
    requireRange("scatter", index, x.size(d));
    var ones = Tensor.ones(x.device(), DType.INT32, Shape.SCALAR).expand(index.shape());
    var hits = Tensor.apply(new ScatterAlong(d, x.size(d)), index, ones)[0];
    return Choice.maskedFill(x, Embed.pad(hits, x.shape()).gt(0), value);
  }

  /** The number (from 1) of each element that is the last one for its place, and 0 for all others. */
  private static Tensor lastNumbers(Tensor index, int dim, long size) {
    var places = places(index, dim, size);
    long n = places.numel();
    var order = Tensor.apply(new ArgSort(0, false), places)[0];
    var ordered = places.gatherRows(order);
    var next = Tensor.concat(0, ordered.slice(0, 1, n),
        Tensor.ones(index.device(), DType.INT64, Shape.of(1)).neg());
    var isLast = Tensor.apply(LAST_OF_RUN.on(DType.INT64, DType.INT64), ordered, next)[0];
    var numbers = Tensor.apply(NUMBER.on(DType.INT64, DType.INT64), isLast, order)[0];
    return Tensor.apply(new ScatterAdd(n), order, numbers)[0].reshape(index.shape());
  }

  private static int check(String op, Tensor x, int dim, Tensor index) {
    int d = x.shape().dim(op, dim);
    requireIndex(op, index.spec());
    if (x.rank() != index.rank()) throw ranks(op, x, index);
    for (int k = 0; k < x.rank(); k++) {
      if (k != d && index.size(k) > x.size(k)) {
        throw new JacquardException(op + " along dimension " + dim + ": the index is " + index.spec()
            + ", the tensor " + x.spec() + ", expected no larger size in dimension " + k + ".");
      }
    }
    return d;
  }

  private static int checkSource(String op, Tensor x, int dim, Tensor index, Tensor source) {
    int d = check(op, x, dim, index);
    boolean fits = source.rank() == x.rank() && source.dtype() == x.dtype();
    for (int k = 0; fits && k < x.rank(); k++) fits = index.size(k) <= source.size(k);
    if (!fits) {
      throw new JacquardException(op + " along dimension " + dim + ": the source is " + source.spec()
          + ", expected " + x.dtype() + " and at least the sizes of the index " + index.spec() + ".");
    }
    requireRange(op, index, x.size(d));
    return d;
  }

  private static JacquardException ranks(String op, Tensor x, Tensor index) {
    return new JacquardException(op + ": the tensor is " + x.spec() + ", the index " + index.spec()
        + ", expected as many dimensions. To choose whole rows, use indexSelect.");
  }

  /** Flat, which is how backends look at numbers where they lie, so that a training step can be replayed. */
  private static void requireRange(String op, Tensor index, long bound) {
    var check = new RequireRange(op + ": index", bound, "Check the index, and the dimension.");
    Tensor.apply(check, index.flatten());
  }

  /** The first indices of each dimension but {@code except}, as many as {@code shape} has. */
  private static Tensor narrow(Tensor x, Shape shape, int except) {
    var narrowed = x;
    for (int d = 0; d < shape.rank(); d++) {
      if (d != except && narrowed.size(d) != shape.size(d)) narrowed = narrowed.slice(d, 0, shape.size(d));
    }
    return narrowed;
  }
}
