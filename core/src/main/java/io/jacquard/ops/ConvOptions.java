package io.jacquard.ops;

import io.jacquard.JacquardException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How a convolution moves over its input, in PyTorch's words and with its defaults.
 *
 * <pre>{@code
 * var layer = new Conv2d(16, 32, 3, ConvOptions.defaults().stride(2).padding(1));
 * }</pre>
 *
 * @param strides one number for all spatial dimensions or one for each, as all of these lists
 * @param paddings zeros before and after
 * @param dilations elements from one tap of the kernel to the next
 * @param groups channels and outputs are cut into so many groups that do not mix
 * @param same whether the padding is such that the result is as large as the input; {@code paddings} do not count then
 * @param mode what lies in the padding
 */
public record ConvOptions(List<Integer> strides, List<Integer> paddings, List<Integer> dilations, int groups,
    boolean same, PadMode mode) {
  private static final List<Integer> ONE = List.of(1);
  private static final ConvOptions DEFAULTS = new ConvOptions(ONE, List.of(0), ONE, 1, false, PadMode.ZEROS);

  public ConvOptions {
    strides = List.copyOf(strides);
    paddings = List.copyOf(paddings);
    dilations = List.copyOf(dilations);
  }

  /** Stride 1, no padding, dilation 1, one group. */
  public static ConvOptions defaults() {
    return DEFAULTS;
  }

  /** Windows lie so many elements apart; one number, or one for each spatial dimension. */
  public ConvOptions stride(int... stride) {
    return new ConvOptions(list(stride), paddings, dilations, groups, same, mode);
  }

  /** So many zeros before and after; one number, or one for each spatial dimension. */
  public ConvOptions padding(int... padding) {
    return new ConvOptions(strides, list(padding), dilations, groups, false, mode);
  }

  /** Padding {@code "same"}: the result is as large as the input. For stride 1 only, as in PyTorch. */
  public ConvOptions samePadding() {
    return new ConvOptions(strides, List.of(0), dilations, groups, true, mode);
  }

  /** Taps of the kernel lie so many elements apart; one number, or one for each spatial dimension. */
  public ConvOptions dilation(int... dilation) {
    return new ConvOptions(strides, paddings, list(dilation), groups, same, mode);
  }

  /** Cuts channels and outputs into groups that do not mix; as many groups as channels make it depthwise. */
  public ConvOptions groups(int groups) {
    return new ConvOptions(strides, paddings, dilations, groups, same, mode);
  }

  /** What lies in the padding, instead of zeros. */
  public ConvOptions paddingMode(PadMode mode) {
    return new ConvOptions(strides, paddings, dilations, groups, same, mode);
  }

  private static List<Integer> list(int[] values) {
    return IntStream.of(values).boxed().toList();
  }

  /**
   * The window that a kernel makes with these options.
   *
   * @throws JacquardException naming {@code op} if a number is too small, or there is not one for each dimension
   */
  public Window window(String op, long... kernel) {
    int rank = kernel.length;
    var stride = Window.each(op, "stride", strides, rank, 1);
    var padding = Window.each(op, "padding", paddings, rank, 0);
    var dilation = Window.each(op, "dilation", dilations, rank, 1);
    if (groups < 1) throw new JacquardException(op + ": groups " + groups + ", expected 1 or more.");
    var axes = new ArrayList<Window.Axis>();
    for (int a = 0; a < rank; a++) {
      if (kernel[a] < 1)
        throw new JacquardException(op + ": a kernel of size " + kernel[a] + ", expected 1 or more.");
      if (same && stride.get(a) != 1) {
        throw new JacquardException(op + ": padding \"same\" with stride " + stride.get(a)
            + ", expected stride 1. Give the padding as a number.");
      }
      int reach = Math.toIntExact((kernel[a] - 1) * dilation.get(a));
      int before = same ? reach / 2 : padding.get(a);
      int after = same ? reach - reach / 2 : padding.get(a);
      axes.add(new Window.Axis(Math.toIntExact(kernel[a]), stride.get(a), before, after, dilation.get(a)));
    }
    return new Window(axes);
  }

  /** What differs from the defaults, as PyTorch's layers print it: {@code , stride=2, padding=1}. */
  @Override
  public String toString() {
    var text = new StringBuilder();
    if (!strides.equals(ONE)) text.append(", stride=").append(Window.text(strides));
    if (same) text.append(", padding=same");
    else if (!paddings.equals(List.of(0))) text.append(", padding=").append(Window.text(paddings));
    if (!dilations.equals(ONE)) text.append(", dilation=").append(Window.text(dilations));
    if (groups != 1) text.append(", groups=").append(groups);
    if (mode != PadMode.ZEROS) text.append(", padding_mode=").append(mode);
    return text.toString();
  }
}
