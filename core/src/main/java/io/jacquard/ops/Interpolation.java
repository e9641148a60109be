package io.jacquard.ops;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Images [N, C, spatial...] in another size, PyTorch's {@code functional.interpolate}: of the nearest element, or linear
 * between neighbours in each dimension.
 *
 * <pre>{@code
 * var y = Interpolation.scale(2).of(Tensor.ones(1, 3, 8, 8));                               // [1, 3, 16, 16]
 * var z = Interpolation.size(20, 30).linear().alignCorners().of(Tensor.ones(1, 3, 8, 8));   // [1, 3, 20, 30]
 * }</pre>
 *
 * @param sizes of the result, one number for all spatial dimensions or one for each; null where {@code scales} say it
 * @param scales by how much the result is larger, one number or one for each; null where {@code sizes} say it
 * @param mode nearest or linear
 * @param aligned whether the middles of the corner elements stay corners, rather than the corners' edges; linear only
 */
public record Interpolation(@Nullable List<Integer> sizes, @Nullable List<Double> scales, Mode mode,
    boolean aligned) {
  /** What a new element is made of. */
  public enum Mode {
    /** The element in whose area it lies. */
    NEAREST,
    /** The neighbours in each dimension, weighed by nearness: bilinear of images, trilinear of volumes. */
    LINEAR;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** To a size: one number for all spatial dimensions, or one for each. */
  public static Interpolation size(int... sizes) {
    if (sizes.length == 0 || IntStream.of(sizes).anyMatch(n -> n < 1)) {
      throw new JacquardException(
          "interpolate: size " + Arrays.toString(sizes) + ", expected sizes of 1 or more.");
    }
    return new Interpolation(IntStream.of(sizes).boxed().toList(), null, Mode.NEAREST, false);
  }

  /** By a factor: one number for all spatial dimensions, or one for each; sizes are rounded down. */
  public static Interpolation scale(double... scales) {
    if (scales.length == 0 || DoubleStream.of(scales).anyMatch(s -> !(s > 0 && s < 1e6))) {
      throw new JacquardException("interpolate: scale " + Arrays.toString(scales)
          + ", expected factors above 0 and below a million.");
    }
    return new Interpolation(null, DoubleStream.of(scales).boxed().toList(), Mode.NEAREST, false);
  }

  public Interpolation linear() {
    return new Interpolation(sizes, scales, Mode.LINEAR, aligned);
  }

  /** PyTorch's {@code align_corners=True}. */
  public Interpolation alignCorners() {
    if (mode == Mode.NEAREST)
      throw new JacquardException("interpolate: nearest has no corners to align, expected linear().");
    return new Interpolation(sizes, scales, mode, true);
  }

  public Tensor of(Tensor x) {
    int rank = x.rank() - 2;
    if (rank < 1 || rank > 3 || !x.dtype().isFloating() || x.numel() == 0 && x.size(0) > 0) {
      throw new JacquardException("interpolate: the input is " + x.spec()
          + ", expected floats [N, C, spatial...] with one to three spatial dimensions of 1 or more.");
    }
    int given = sizes != null ? sizes.size() : scales == null ? 0 : scales.size();
    if (given != 1 && given != rank) {
      throw new JacquardException("interpolate: " + given + " numbers for the " + rank
          + " spatial dimensions of " + x.shape() + ", expected one, or " + rank + ".");
    }
    var y = x;
    for (int a = rank - 1; a >= 0; a--) {
      long to = target(a, x.size(2 + a));
      if (to == x.size(2 + a) && !(mode == Mode.LINEAR && scales != null)) continue;
      y = mode == Mode.NEAREST ? nearest(y, 2 + a, to, step(a, x.size(2 + a), to)) : linear(y, 2 + a, to,
          step(a, x.size(2 + a), to));
    }
    return y;
  }

  private long target(int a, long from) {
    if (sizes != null) return sizes.get(sizes.size() == 1 ? 0 : a);
    long to = (long) Math.floor(from * factor(a));
    if (to < 1) {
      throw new JacquardException("interpolate: scale " + factor(a) + " makes nothing of " + from
          + " elements, expected a larger one.");
    }
    return to;
  }

  private double factor(int a) {
    return scales == null ? Double.NaN : scales.get(scales.size() == 1 ? 0 : a);
  }

  /** From one new element to the next, in old ones. */
  private double step(int a, long from, long to) {
    if (mode == Mode.LINEAR && aligned) return to == 1 ? 0 : (double) (from - 1) / (to - 1);
    return scales != null ? 1 / factor(a) : (double) from / to;
  }

  private static Tensor nearest(Tensor x, int dim, long to, double step) {
    long from = x.size(dim);
    if (to % from == 0 && step * to == from) return x.repeatInterleave(to / from, dim);
    // In float32 whatever the input's type, as PyTorch does: another rounding would choose another neighbour.
    var at = Tensor.fuse(
        i -> i.to(DType.FLOAT32).mul((float) step).floor().min(from - 1).to(DType.INT64),
        Tensor.arange(x.device(), to));
    return x.indexSelect(dim, at);
  }

  private Tensor linear(Tensor x, int dim, long to, double step) {
    long from = x.size(dim);
    var type = x.dtype().computeType();
    var all = Tensor.arange(x.device(), to);
    var source = Tensor.fuse(i -> {
      var at = i.to(type);
      return aligned ? at.mul(step) : at.add(0.5).mul(step).sub(0.5).max(0);
    }, all);
    var low = Tensor.fuse(s -> s.floor().min(from - 1).to(DType.INT64), source);
    var high = Tensor.fuse(i -> i.add(1).min(from - 1), low);
    var share = Tensor.fuse((s, i) -> s.sub(i.to(type)), source, low).to(x.dtype());
    while (share.rank() < x.rank() - dim) share = share.unsqueeze(-1);
    return Tensor.fuse((a, b, t) -> a.mul(t.rsub(1)).add(b.mul(t)), x.indexSelect(dim, low),
        x.indexSelect(dim, high), share);
  }

  /** As PyTorch's layer prints it. */
  @Override
  public String toString() {
    return (sizes != null ? "size=" + text(sizes)
        : "scale_factor=" + text(scales == null ? List.of() : scales))
        + ", mode=" + mode + (aligned ? ", align_corners=true" : "");
  }

  private static String text(List<?> numbers) {
    return numbers.size() == 1 ? numbers.getFirst().toString()
        : "(" + String.join(", ", numbers.stream().map(Object::toString).toList()) + ")";
  }
}
