package io.jacquard.ops;

import io.jacquard.JacquardException;
import io.jacquard.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How the window of a convolution or a pooling moves along the spatial dimensions, one {@link Axis} for each.
 *
 * <pre>{@code
 * var window = new Window(List.of(new Window.Axis(3, 1, 1, 1, 1), new Window.Axis(3, 1, 1, 1, 1)));
 * window.outputs(Shape.of(28, 28));   // [28, 28]
 * }</pre>
 */
public record Window(List<Axis> axes) {
  /**
   * Along one dimension.
   *
   * @param kernel the taps of the window, 1 or more
   * @param stride elements from one window to the next, 1 or more
   * @param before elements of padding before the first one, 0 or more
   * @param after elements of padding after the last one, 0 or more
   * @param dilation elements from one tap to the next, 1 or more
   */
  public record Axis(int kernel, int stride, int before, int after, int dilation) {
    /** The elements from the first tap to the last, both counted. */
    public long reach() {
      return (long) dilation * (kernel - 1) + 1;
    }

    /** How many windows fit into {@code size} elements with their padding; below 1 if none does. */
    public long outputs(long size) {
      return Math.floorDiv(size + before + after - reach(), (long) stride) + 1;
    }

    /** Where tap {@code k} of window {@code o} lies; below 0 or from the size on in the padding. */
    public long position(long o, int k) {
      return o * stride - before + (long) k * dilation;
    }

    private Axis unpadded() {
      return new Axis(kernel, stride, 0, 0, dilation);
    }
  }

  public Window {
    axes = List.copyOf(axes);
  }

  /** The number of spatial dimensions. */
  public int rank() {
    return axes.size();
  }

  /** The product of the kernel's sizes. */
  public int taps() {
    return axes.stream().mapToInt(Axis::kernel).reduce(1, Math::multiplyExact);
  }

  /** The kernel's sizes. */
  public long[] kernel() {
    return axes.stream().mapToLong(Axis::kernel).toArray();
  }

  /** The same over an input that has its padding already. */
  Window unpadded() {
    return new Window(axes.stream().map(Axis::unpadded).toList());
  }

  boolean hasPadding() {
    return axes.stream().anyMatch(axis -> axis.before > 0 || axis.after > 0);
  }

  /** The number of windows along each of the spatial dimensions. */
  public Shape outputs(Shape spatial) {
    var sizes = new long[rank()];
    for (int a = 0; a < sizes.length; a++) sizes[a] = Math.max(0, axes.get(a).outputs(spatial.size(a)));
    return Shape.of(sizes);
  }

  /** The sizes of {@code shape} in the spatial dimensions, of which the first is {@code first}. */
  public Shape spatial(Shape shape, int first) {
    var sizes = new long[rank()];
    for (int a = 0; a < sizes.length; a++) sizes[a] = shape.size(first + a);
    return Shape.of(sizes);
  }

  /** {@code shape} with other spatial sizes. */
  static Shape with(Shape shape, int first, Shape spatial) {
    var changed = shape;
    for (int a = 0; a < spatial.rank(); a++) changed = changed.with(first + a, spatial.size(a));
    return changed;
  }

  /** Refuses an input into which no window fits. */
  void check(String op, Shape spatial) {
    for (int a = 0; a < rank(); a++) {
      var axis = axes.get(a);
      if (axis.outputs(spatial.size(a)) < 1) {
        throw new JacquardException(op + ": a window that reaches over " + axis.reach()
            + " elements does not fit into the " + (spatial.size(a) + axis.before + axis.after)
            + " of spatial dimension " + a + " (of an input " + spatial
            + ", padding included). Use a smaller kernel or dilation, or more padding.");
      }
    }
  }

  /** All taps, row by row, for an input of the given spatial sizes; those that only ever see padding are left out. */
  List<Tap> taps(Shape spatial) {
    var taps = new ArrayList<Tap>();
    int count = taps();
    for (int number = 0; number < count; number++) {
      var k = new int[rank()];
      for (int a = rank() - 1, rest = number; a >= 0; a--) {
        k[a] = rest % axes.get(a).kernel;
        rest /= axes.get(a).kernel;
      }
      var tap = Tap.of(this, number, k, spatial);
      if (tap != null) taps.add(tap);
    }
    return taps;
  }

  /** As on the command line of PyTorch's layers: {@code 3}, or {@code (3, 5)} if the dimensions differ. */
  static String text(List<Integer> values) {
    if (values.stream().distinct().count() == 1) return values.getFirst().toString();
    return values.stream().map(String::valueOf).collect(Collectors.joining(", ", "(", ")"));
  }

  /** One value for each of {@code rank} dimensions; a single one counts for all. */
  static List<Integer> each(String op, String what, List<Integer> values, int rank, int least) {
    if (values.size() != 1 && values.size() != rank) {
      throw new JacquardException(op + ": " + what + " " + values + ", expected one number, or " + rank
          + ", one for each spatial dimension.");
    }
    for (int value : values) {
      if (value < least)
        throw new JacquardException(
            op + ": " + what + " " + text(values) + ", expected " + least + " or more.");
    }
    return values.size() == rank ? values : java.util.Collections.nCopies(rank, values.getFirst());
  }
}
