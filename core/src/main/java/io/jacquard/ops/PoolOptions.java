package io.jacquard.ops;

import io.jacquard.JacquardException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How a pooling moves over its input, in PyTorch's words and with its defaults.
 *
 * <pre>{@code
 * var layer = new MaxPool2d(3, PoolOptions.defaults().stride(2).padding(1));
 * }</pre>
 *
 * @param strides one number for all spatial dimensions or one for each, as all of these lists; empty: as the kernel
 * @param paddings elements before and after
 * @param dilations elements from one tap of the window to the next; 1 in average pooling
 * @param ceilMode whether a last window may reach beyond the padding
 * @param countIncludePad whether averages count padding as zeros; not for max pooling
 * @param divisor what sums are divided by in average pooling; 0 for the number of elements
 */
public record PoolOptions(List<Integer> strides, List<Integer> paddings, List<Integer> dilations,
    boolean ceilMode,
    boolean countIncludePad, int divisor) {
  private static final List<Integer> ONE = List.of(1);
  private static final PoolOptions DEFAULTS = new PoolOptions(List.of(), List.of(0), ONE, false, true, 0);

  public PoolOptions {
    strides = List.copyOf(strides);
    paddings = List.copyOf(paddings);
    dilations = List.copyOf(dilations);
  }

  /** Stride as the kernel, no padding, dilation 1. */
  public static PoolOptions defaults() {
    return DEFAULTS;
  }

  /** Windows lie so many elements apart; one number, or one for each spatial dimension. */
  public PoolOptions stride(int... stride) {
    return new PoolOptions(list(stride), paddings, dilations, ceilMode, countIncludePad, divisor);
  }

  /** So many elements before and after, at most half of the kernel. */
  public PoolOptions padding(int... padding) {
    return new PoolOptions(strides, list(padding), dilations, ceilMode, countIncludePad, divisor);
  }

  /** Taps of the window lie so many elements apart; for max pooling. */
  public PoolOptions dilation(int... dilation) {
    return new PoolOptions(strides, paddings, list(dilation), ceilMode, countIncludePad, divisor);
  }

  /** A last window that begins inside counts even if it reaches beyond the padding. */
  public PoolOptions withCeilMode() {
    return new PoolOptions(strides, paddings, dilations, true, countIncludePad, divisor);
  }

  /** Averages are over the elements alone, not over padding. */
  public PoolOptions excludingPadding() {
    return new PoolOptions(strides, paddings, dilations, ceilMode, false, divisor);
  }

  /** Sums are divided by this number: PyTorch's divisor_override. */
  public PoolOptions dividingBy(int divisor) {
    if (divisor < 1)
      throw new JacquardException("avg_pool: divisor " + divisor + ", expected 1 or more.");
    return new PoolOptions(strides, paddings, dilations, ceilMode, countIncludePad, divisor);
  }

  private static List<Integer> list(int[] values) {
    return IntStream.of(values).boxed().toList();
  }

  /**
   * The window that a kernel makes over an input of these spatial sizes.
   *
   * @throws JacquardException naming {@code op} if numbers do not fit together
   */
  public Window window(String op, List<Integer> kernel, long... spatial) {
    int rank = spatial.length;
    var kernels = Window.each(op, "kernel", kernel, rank, 1);
    var stride = Window.each(op, "stride", strides.isEmpty() ? kernels : strides, rank, 1);
    var padding = Window.each(op, "padding", paddings, rank, 0);
    var dilation = Window.each(op, "dilation", dilations, rank, 1);
    var axes = new ArrayList<Window.Axis>();
    for (int a = 0; a < rank; a++) {
      int pad = padding.get(a);
      var axis = new Window.Axis(kernels.get(a), stride.get(a), pad, pad, dilation.get(a));
      if (2L * pad > axis.reach()) {
        throw new JacquardException(
            op + ": padding " + pad + " for a window that reaches over " + axis.reach()
                + " elements, expected at most half of that.");
      }
      axes.add(ceilMode ? ceiling(axis, spatial[a]) : axis);
    }
    return new Window(axes);
  }

  /** With room for a last window that begins inside the input or the padding before it. */
  private static Window.Axis ceiling(Window.Axis axis, long size) {
    long room = size + 2L * axis.before() - axis.reach();
    if (room < 0) return axis;
    long outputs = Math.ceilDiv(room, (long) axis.stride()) + 1;
    if ((outputs - 1) * axis.stride() >= size + axis.before()) outputs--;
    long after = (outputs - 1) * axis.stride() + axis.reach() - size - axis.before();
    return new Window.Axis(axis.kernel(), axis.stride(), axis.before(), Math.toIntExact(Math.max(0, after)),
        axis.dilation());
  }

  /** What differs from the defaults, as PyTorch's layers print it: {@code , stride=2, padding=1}. */
  @Override
  public String toString() {
    var text = new StringBuilder();
    if (!strides.isEmpty()) text.append(", stride=").append(Window.text(strides));
    if (!paddings.equals(List.of(0))) text.append(", padding=").append(Window.text(paddings));
    if (!dilations.equals(ONE)) text.append(", dilation=").append(Window.text(dilations));
    if (ceilMode) text.append(", ceil_mode=true");
    if (!countIncludePad) text.append(", count_include_pad=false");
    if (divisor != 0) text.append(", divisor=").append(divisor);
    return text.toString();
  }
}
