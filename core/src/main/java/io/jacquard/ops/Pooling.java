package io.jacquard.ops;

import io.jacquard.JacquardException;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/** Pooling over the last dimensions of a tensor, whatever comes before them: [N, C, spatial...] or [C, spatial...]. *
 * <pre>{@code
 * var y = Pooling.max(2, Tensor.zeros(8, 1, 28, 28), List.of(2), PoolOptions.defaults());   // [8, 1, 14, 14]
 * }</pre>
 */
public final class Pooling {
  private Pooling() {}

  /** @param rank the number of spatial dimensions, the last ones */
  public static Tensor max(int rank, Tensor x, List<Integer> kernel, PoolOptions options) {
    var op = "max_pool" + rank + "d";
    if (!options.countIncludePad() || options.divisor() != 0) {
      throw new JacquardException(op + options
          + ": padding is never the largest, and nothing is divided. Leave those options to average pooling.");
    }
    return Tensor.apply(new MaxPool(options.window(op, kernel, spatial(op, rank, x))), x)[0];
  }

  public static Tensor average(int rank, Tensor x, List<Integer> kernel, PoolOptions options) {
    var op = "avg_pool" + rank + "d";
    if (options.dilations().stream().anyMatch(d -> d != 1)) {
      throw new JacquardException(
          op + options + ": average pooling has no dilation. Use a strided slice before it.");
    }
    var sizes = spatial(op, rank, x);
    var window = options.window(op, kernel, sizes);
    if (options.divisor() != 0) return Tensor.apply(new SumPool(window, options.divisor()), x)[0];
    boolean even = true;
    for (int a = 0; a < rank; a++) {
      var axis = window.axes().get(a);
      even &= axis.outputs(sizes[a]) < 1 || hasEvenCounts(axis, sizes[a], options);
    }
    if (even) return Tensor.apply(new SumPool(window, window.taps()), x)[0];
    var sums = Tensor.apply(new SumPool(window, 1), x)[0];
    var counts = counts(x, window.axes().getFirst(), sizes[0], options);
    for (int a = 1; a < rank; a++)
      counts = counts.unsqueeze(-1).mul(counts(x, window.axes().get(a), sizes[a], options));
    return sums.div(counts.to(x.dtype()));
  }

  /** {@code (sum x^p)^(1/p)} of every window; of one that reaches beyond the input, as if it went on like that. */
  public static Tensor norm(int rank, Tensor x, double p, List<Integer> kernel, PoolOptions options) {
    var op = "lp_pool" + rank + "d";
    if (p == 0 || !Double.isFinite(p))
      throw new JacquardException(op + ": norm " + p + ", expected a finite number other than 0.");
    if (!options.paddings().stream().allMatch(n -> n == 0) || options.divisor() != 0) {
      throw new JacquardException(
          op + options + ": there is no padding and no divisor. Use pad() before it.");
    }
    int taps = Window.each(op, "kernel", kernel, rank, 1).stream().reduce(1, Math::multiplyExact);
    return average(rank, x.pow(p), kernel, options).mul(taps).pow(1 / p);
  }

  /** Whether all windows count as many elements as they have taps. */
  private static boolean hasEvenCounts(Window.Axis axis, long size, PoolOptions options) {
    long last = axis.outputs(size) - 1;
    return axis.position(0, 0) >= first(axis, options)
        && axis.position(last, axis.kernel() - 1) < end(axis, size, options);
  }

  /** Where what counts begins. */
  private static long first(Window.Axis axis, PoolOptions options) {
    return options.countIncludePad() ? -axis.before() : 0;
  }

  /** Where what counts ends: what a last window has beyond the padding never counts. */
  private static long end(Window.Axis axis, long size, PoolOptions options) {
    return options.countIncludePad() ? size + axis.before() : size;
  }

  /** For each window along one dimension, how many elements it counts; computed where x is. */
  private static Tensor counts(Tensor x, Window.Axis axis, long size, PoolOptions options) {
    long first = first(axis, options);
    long end = end(axis, size, options);
    return Tensor.fuse(o -> {
      var start = o.mul(axis.stride()).sub(axis.before());
      return start.add(axis.kernel()).min(end).sub(start.max(first));
    }, Tensor.arange(x.device(), axis.outputs(size)));
  }

  /** As many windows as asked for along each dimension, as equal as can be; each the average of its elements. */
  public static Tensor adaptiveAverage(int rank, Tensor x, List<Integer> outputs) {
    var op = "adaptive_avg_pool" + rank + "d";
    var sizes = spatial(op, rank, x);
    var wanted = Window.each(op, "output size", outputs, rank, 1);
    if (divides(sizes, wanted)) return average(rank, x, kernel(sizes, wanted), PoolOptions.defaults());
    return dimensionByDimension(rank, x, wanted, (part, dim) -> part.mean(true, dim));
  }

  /** As {@link #adaptiveAverage}, each the largest of its elements. */
  public static Tensor adaptiveMax(int rank, Tensor x, List<Integer> outputs) {
    var op = "adaptive_max_pool" + rank + "d";
    var sizes = spatial(op, rank, x);
    var wanted = Window.each(op, "output size", outputs, rank, 1);
    if (divides(sizes, wanted)) return max(rank, x, kernel(sizes, wanted), PoolOptions.defaults());
    return dimensionByDimension(rank, x, wanted, (part, dim) -> {
      int first = x.rank() - rank;
      var kernel = IntStream.range(0, rank)
          .mapToObj(a -> first + a == dim ? Math.toIntExact(part.size(dim)) : 1).toList();
      return max(rank, part, kernel, PoolOptions.defaults());
    });
  }

  private static boolean divides(long[] sizes, List<Integer> wanted) {
    return IntStream.range(0, sizes.length).allMatch(a -> sizes[a] > 0 && sizes[a] % wanted.get(a) == 0);
  }

  private static List<Integer> kernel(long[] sizes, List<Integer> wanted) {
    return IntStream.range(0, sizes.length).mapToObj(a -> Math.toIntExact(sizes[a] / wanted.get(a))).toList();
  }

  /**
   * Windows of different sizes are boxes, so one dimension can be folded after the other. Window i of n over s elements
   * has those from floor(i * s / n) to ceil((i + 1) * s / n), as in PyTorch. The last dimension goes first: then the first
   * of equal maxima, row by row, is the one that counts.
   */
  private static Tensor dimensionByDimension(int rank, Tensor x, List<Integer> wanted,
      BiFunction<Tensor, Integer, Tensor> fold) {
    var y = x;
    for (int a = rank - 1; a >= 0; a--) {
      int dim = x.rank() - rank + a;
      long size = x.size(dim);
      long n = wanted.get(a);
      var parts = new ArrayList<Tensor>();
      for (long i = 0; i < n; i++)
        parts.add(fold.apply(y.slice(dim, i * size / n, Math.ceilDiv((i + 1) * size, n)), dim));
      y = Tensor.concat(dim, parts.toArray(Tensor[]::new));
    }
    return y;
  }

  private static long[] spatial(String op, int rank, Tensor x) {
    if (x.rank() != rank + 1 && x.rank() != rank + 2) {
      throw new JacquardException(op + ": the input is " + x.shape() + ", expected " + (rank + 2)
          + " dimensions [N, C, spatial...], or " + (rank + 1) + " without N.");
    }
    if (!x.dtype().isFloating()) {
      throw new JacquardException(
          op + ": the input is " + x.spec() + ", expected a floating type. Use to(DType.FLOAT32).");
    }
    var sizes = IntStream.range(x.rank() - rank, x.rank()).mapToLong(x::size).toArray();
    if (IntStream.range(0, rank).anyMatch(a -> sizes[a] == 0))
      throw new JacquardException(
          op + ": the input is " + x.shape() + ", expected spatial sizes of 1 or more.");
    return sizes;
  }
}
