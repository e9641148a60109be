package io.jacquard.ops;

import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;

/**
 * Elements put around a tensor, dimension by dimension: PyTorch's {@code functional.pad}. Amounts come in pairs, before and
 * after, of the last dimension first. All of it is made of slices and joins, so gradients follow.
 *
 * <pre>{@code
 * var y = Padding.of(Tensor.ones(1, 3, 8, 8), PadMode.REPLICATE, 2, 2);   // [1, 3, 8, 12]
 * }</pre>
 */
public final class Padding {
  private Padding() {}

  /** With zeros, or with what the mode says; only zeros may be fewer than none, which cuts off. */
  public static Tensor of(Tensor x, PadMode mode, int... amounts) {
    return mode == PadMode.ZEROS ? constant(x, 0, amounts) : copied(x, mode, amounts);
  }

  /** With one value; negative amounts cut off. */
  public static Tensor constant(Tensor x, double value, int... amounts) {
    check("constant", x, amounts);
    for (int i = 0; i < amounts.length; i += 2) {
      long left = x.size(-1 - i / 2) + amounts[i] + amounts[i + 1];
      if (left < 0) {
        throw new JacquardException("pad: amounts " + Arrays.toString(amounts) + " cut more from "
            + x.shape() + " than dimension " + (-1 - i / 2) + " has.");
      }
    }
    var y = x;
    for (int i = 0; i < amounts.length; i += 2)
      y = constant(y, y.rank() - 1 - i / 2, value, amounts[i], amounts[i + 1]);
    return y;
  }

  private static Tensor constant(Tensor x, int dim, double value, int before, int after) {
    long size = x.size(dim);
    var kept = x.slice(dim, Math.min(size, Math.max(0, -before)), size + Math.min(0, after));
    if (before <= 0 && after <= 0) return before == 0 && after == 0 ? x : kept;
    long front = Math.max(0, before);
    var whole = x.shape().with(dim, front + kept.size(dim) + Math.max(0, after));
    if (value == 0)
      return Tensor.apply(new Embed(new Slice(dim, front, kept.size(dim), 1), whole), kept)[0];
    var parts = new ArrayList<Tensor>();
    if (front > 0) parts.add(filled(x, dim, front, value));
    parts.add(kept);
    if (after > 0) parts.add(filled(x, dim, after, value));
    return Tensor.concat(dim, parts.toArray(Tensor[]::new));
  }

  private static Tensor filled(Tensor x, int dim, long count, double value) {
    var one = Tensor.zeros(x.device(), x.dtype(), Shape.SCALAR).add(value).to(x.dtype());
    return one.expand(x.shape().with(dim, count));
  }

  private static Tensor copied(Tensor x, PadMode mode, int... amounts) {
    check(mode.toString(), x, amounts);
    for (int i = 0; i < amounts.length; i += 2) {
      long size = x.size(-1 - i / 2);
      long most = mode == PadMode.REFLECT ? size - 1 : mode == PadMode.CIRCULAR ? size : Integer.MAX_VALUE;
      int larger = Math.max(amounts[i], amounts[i + 1]);
      if (Math.min(amounts[i], amounts[i + 1]) < 0 || larger > 0 && (size == 0 || larger > most)) {
        throw new JacquardException("pad: mode " + mode + " with amounts " + Arrays.toString(amounts)
            + " around " + x.shape() + ", expected 0 to "
            + (mode == PadMode.REPLICATE ? "any number around 1 element or more" : Math.max(0, most))
            + " in dimension " + (-1 - i / 2) + ". Pad less, or with zeros.");
      }
    }
    var y = x;
    for (int i = 0; i < amounts.length; i += 2) {
      if (amounts[i] == 0 && amounts[i + 1] == 0) continue;
      int dim = y.rank() - 1 - i / 2;
      var parts = new ArrayList<Tensor>();
      if (amounts[i] > 0) parts.add(before(y, mode, dim, amounts[i]));
      parts.add(y);
      if (amounts[i + 1] > 0) parts.add(after(y, mode, dim, amounts[i + 1]));
      y = Tensor.concat(dim, parts.toArray(Tensor[]::new));
    }
    return y;
  }

  private static Tensor before(Tensor x, PadMode mode, int dim, int count) {
    long size = x.size(dim);
    return switch (mode) {
      case REFLECT -> x.slice(dim, 1, 1 + count).flip(dim);
      case REPLICATE -> x.slice(dim, 0, 1).expand(x.shape().with(dim, count));
      case CIRCULAR -> x.slice(dim, size - count, size);
      case ZEROS -> throw new AssertionError(mode);
    };
  }

  private static Tensor after(Tensor x, PadMode mode, int dim, int count) {
    long size = x.size(dim);
    return switch (mode) {
      case REFLECT -> x.slice(dim, size - 1 - count, size - 1).flip(dim);
      case REPLICATE -> x.slice(dim, size - 1, size).expand(x.shape().with(dim, count));
      case CIRCULAR -> x.slice(dim, 0, count);
      case ZEROS -> throw new AssertionError(mode);
    };
  }

  private static void check(String mode, Tensor x, int[] amounts) {
    if (amounts.length % 2 != 0 || amounts.length > 2 * x.rank()) {
      throw new JacquardException("pad: mode " + mode + " with amounts " + Arrays.toString(amounts) + " for "
          + x.shape() + ", expected pairs, before and after, for at most " + x.rank()
          + " dimensions, the last one first.");
    }
  }

  /** With what a window wants around images [N, C, spatial...]. */
  static Tensor around(Tensor x, PadMode mode, Window window) {
    int rank = window.rank();
    var amounts = new int[2 * rank];
    for (int a = 0; a < rank; a++) {
      var axis = window.axes().get(a);
      amounts[2 * (rank - 1 - a)] = axis.before();
      amounts[2 * (rank - 1 - a) + 1] = axis.after();
    }
    return of(x, mode, amounts);
  }
}
