package io.jacquard.kernels.plan;

import io.jacquard.ops.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * Along one axis, which element of x the row and the depth of a product name: {@code position = row * rowStep + start + tap
 * * tapStep}, nothing if that is outside of x.
 *
 * @param rows places of the result
 * @param taps of the kernel that count
 * @param firstTap of the kernel; from one that counts to the next it is {@code tapPeriod}
 * @param firstRow of the result; from one place to the next it is {@code rowPeriod}
 */
record ConvolutionAxis(long rows, long taps, long start, long rowStep, long tapStep, long firstTap,
    long tapPeriod, long firstRow, long rowPeriod) {

  /** A convolution over {@code size} elements. */
  static ConvolutionAxis forward(Window.Axis axis, long size) {
    return new ConvolutionAxis(axis.outputs(size), axis.kernel(), -axis.before(), axis.stride(),
        axis.dilation(), 0, 1, 0, 1);
  }

  /**
   * The gradient of an input of {@code size} elements. Place s of it takes part in window w = (s + before - k * dilation) /
   * stride of the result, for those taps k for which that is a whole number. Which taps these are depends on s mod stride, so
   * there is one axis for each such phase; within it w moves by 1 with the place, and by a fixed step with the tap.
   */
  static List<ConvolutionAxis> backward(Window.Axis axis, long size) {
    long stride = axis.stride();
    long divisor = gcd(axis.dilation(), stride);
    var phases = new ArrayList<ConvolutionAxis>();
    for (long phase = 0; phase < Math.min(stride, size); phase++) {
      long first = 0;
      long period = stride / divisor;
      while (first < period && Math.floorMod(phase + axis.before() - first * axis.dilation(), stride) != 0)
        first++;
      boolean none = first == period || first >= axis.kernel();
      phases.add(new ConvolutionAxis(Math.ceilDiv(size - phase, stride),
          none ? 0 : Math.ceilDiv(axis.kernel() - first, period),
          Math.floorDiv(phase + axis.before() - first * axis.dilation(), stride), 1,
          -(axis.dilation() / divisor), none ? 0 : first, period, phase, stride));
    }
    return phases;
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
