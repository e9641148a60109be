package io.jacquard.kernels.plan;

import io.jacquard.spi.Layout;
import io.jacquard.spi.View;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the kernels of convolutions are told beside buffers and counts; {@link io.jacquard.kernels.ConvolutionKernel} says what
 * the numbers mean. A row and a depth each have a coordinate that is no position: images, channels.
 *
 * @param sizes of x along the axes
 * @param weight whether rows are taps and channels, and the depth images and windows; otherwise the other way round
 */
record ConvolutionNumbers(List<ConvolutionAxis> axes, long[] sizes, boolean weight, Layout x, long xGroup,
    Operand b, Operand out, long chunkStep) {

  /**
   * The second operand or the result: where it begins, its steps along the axes, for the coordinate that is no position, for columns,
   * and from group to group.
   */
  record Operand(long at, long group, long[] axis, long rest, long column) {}

  /** The same with a result that begins elsewhere. */
  ConvolutionNumbers to(long at) {
    var moved = new Operand(at, out.group, out.axis, out.rest, out.column);
    return new ConvolutionNumbers(axes, sizes, weight, x, xGroup, b, moved, chunkStep);
  }

  int rank() {
    return axes.size();
  }

  /** Adds all operands; the places of the buffers of x, b, out and the bias, if there is one. */
  int[] add(Arguments arguments, @Nullable View bias, boolean wide) {
    for (int a = 0; a < rank(); a++) {
      var axis = axes.get(a);
      arguments.index(sizes[a], wide);
      arguments.index(x.stride(1 + a), wide);
      arguments.index(axis.start(), wide);
      arguments.index(weight ? axis.tapStep() : axis.rowStep(), wide);
      arguments.index(weight ? axis.rowStep() : axis.tapStep(), wide);
    }
    long image = x.stride(0);
    long channel = x.stride(rank() + 1);
    arguments.index(weight ? channel : image, wide);
    arguments.index(weight ? image : channel, wide);
    var places = new int[bias == null ? 3 : 4];
    places[0] = arguments.buffer();
    arguments.add64(x.offset());
    arguments.add64(xGroup);
    places[1] = add(arguments, b);
    addSteps(arguments, b, wide);
    places[2] = add(arguments, out);
    arguments.add64(chunkStep);
    addSteps(arguments, out, wide);
    if (bias != null) {
      places[3] = arguments.buffer();
      arguments.add64(bias.layout().offset());
      arguments.index(bias.layout().stride(0), wide);
    }
    return places;
  }

  private static int add(Arguments arguments, Operand operand) {
    int place = arguments.buffer();
    arguments.add64(operand.at);
    arguments.add64(operand.group);
    return place;
  }

  private static void addSteps(Arguments arguments, Operand operand, boolean wide) {
    for (long step : operand.axis) arguments.index(step, wide);
    arguments.index(operand.rest, wide);
    arguments.index(operand.column, wide);
  }
}
