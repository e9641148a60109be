package io.jacquard.ops;

import io.jacquard.JacquardException;
import io.jacquard.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * How large the result of a transposed convolution is.
 *
 * @param window of the convolution whose gradient it is
 * @param reached [N, spatial..., O] as far as a window reaches
 * @param whole with elements behind it that no window reaches
 */
record TransposedSizes(Window window, Shape reached, Shape whole) {
  static TransposedSizes of(String op, Window window, Shape x, long outputs, List<Integer> outputPadding) {
    var axes = new ArrayList<Window.Axis>();
    var reached = Shape.of(x.size(0), outputs);
    var whole = reached;
    for (int a = 0; a < window.rank(); a++) {
      var axis = window.axes().get(a);
      int more = outputPadding.get(a);
      if (more >= Math.max(axis.stride(), axis.dilation())) {
        throw new JacquardException(op + ": output_padding " + more + ", expected less than the stride "
            + axis.stride() + " or the dilation " + axis.dilation() + ".");
      }
      long size = (x.size(2 + a) - 1) * axis.stride() - 2L * axis.before() + axis.reach() + more;
      if (size < 1) {
        throw new JacquardException(op + ": an input " + x + " gives " + size
            + " elements in spatial dimension " + a + ", expected 1 or more. Use less padding.");
      }
      // What output padding adds is first what padding would cut off, then what a stride leaves, then zeros.
      int beyond = Math.max(0, more - axis.before());
      int unreached = beyond < axis.stride() ? 0 : beyond;
      int after = Math.max(0, axis.before() - more);
      axes.add(new Window.Axis(axis.kernel(), axis.stride(), axis.before(), after, axis.dilation()));
      reached = reached.insert(1 + a, size - unreached);
      whole = whole.insert(1 + a, size);
    }
    return new TransposedSizes(new Window(axes), reached, whole);
  }
}
