package io.jacquard.cuda;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.expr.Program;
import io.jacquard.ops.Convolution;
import io.jacquard.ops.ConvolutionInputGradient;
import io.jacquard.ops.ConvolutionWeightGradient;
import io.jacquard.ops.Window;
import io.jacquard.spi.Backend;
import io.jacquard.spi.Gemm;
import io.jacquard.spi.Layout;
import io.jacquard.spi.Operation;
import io.jacquard.spi.View;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions whose window is one element, and their gradients, as products of matrices, which cuBLAS multiplies: with x
 * channels-last its places are the rows of a matrix as they lie.
 */
final class PointwiseConvolutions {
  /** What follows a product: a bias, one for each column. */
  private static final Map<DType, Gemm> WITH_BIAS = new EnumMap<>(DType.class);

  static {
    for (var type : List.of(DType.FLOAT32, DType.BFLOAT16, DType.FLOAT16)) {
      var sum = type.computeType();
      WITH_BIAS.put(type, new Gemm(1, 0, Program.of(in -> in[0].add(in[1].to(sum)).to(type), sum, type)));
    }
  }

  private PointwiseConvolutions() {}

  /** False for what is no such convolution, or does not lie so. */
  static boolean run(Backend backend, Operation op, View[] in, View[] out) {
    return switch (op) {
      case Convolution c -> suits(c.window(), c.groups(), in) && forward(backend, in, out[0]);
      case ConvolutionInputGradient c -> suits(c.window(), c.groups(), in)
          && multiply(backend, rows(in[0]), transposed(weight(in[1])), rows(out[0]));
      case ConvolutionWeightGradient c -> suits(c.window(), c.groups(), in)
          && multiply(backend, transposed(rows(in[0])), rows(in[1]), weight(out[0]));
      default -> false;
    };
  }

  private static boolean suits(Window window, int groups, View[] in) {
    if (groups != 1 || window.taps() != 1 || !WITH_BIAS.containsKey(in[0].dtype())) return false;
    for (var axis : window.axes()) {
      if (axis.stride() != 1 || axis.before() != 0 || axis.after() != 0) return false;
    }
    for (var view : in) {
      if (view.dtype() != in[0].dtype() || view.numel() == 0) return false;
    }
    return true;
  }

  private static boolean forward(Backend backend, View[] in, View out) {
    if (in.length == 2) return multiply(backend, rows(in[0]), weight(in[1]), rows(out));
    var a = rows(in[0]);
    var c = rows(out);
    if (a == null || c == null) return false;
    var bias = in[2].layout();
    var each = new View(in[2].buffer(), in[2].dtype(),
        new Layout(c.shape(), new long[]{0, bias.stride(0)}, bias.offset()));
    var how = Objects.requireNonNull(WITH_BIAS.get(out.dtype()));
    backend.matmul(how, new long[0], a, weight(in[1]), new View[]{each}, new View[]{c});
    return true;
  }

  private static boolean multiply(Backend backend, @Nullable View a, @Nullable View b, @Nullable View c) {
    if (a == null || b == null || c == null) return false;
    backend.matmul(Gemm.PLAIN, new long[0], a, b, new View[0], new View[]{c});
    return true;
  }

  /** [N, spatial..., C] as a matrix of places and channels; null if no one step leads from place to place. */
  private static @Nullable View rows(View view) {
    var layout = view.layout();
    int channels = layout.shape().rank() - 1;
    long step = 0;
    long next = 0;
    for (int d = channels - 1; d >= 0; d--) {
      long size = layout.shape().size(d);
      if (size == 1) continue;
      if (step == 0)
        step = layout.stride(d);
      else
        if (layout.stride(d) != next)
          return null;
      next = layout.stride(d) * size;
    }
    return matrix(view, view.numel() / layout.shape().size(channels),
        step == 0 ? layout.shape().size(channels) : step);
  }

  /** [1..., C, O] as a matrix. */
  private static View weight(View view) {
    int last = view.shape().rank() - 1;
    return matrix(view, view.shape().size(last - 1), view.layout().stride(last - 1));
  }

  private static View matrix(View view, long rows, long step) {
    int last = view.shape().rank() - 1;
    return new View(view.buffer(), view.dtype(), new Layout(Shape.of(rows, view.shape().size(last)),
        new long[]{step, view.layout().stride(last)}, view.layout().offset()));
  }

  private static @Nullable View transposed(@Nullable View matrix) {
    if (matrix == null) return null;
    var layout = matrix.layout();
    return new View(matrix.buffer(), matrix.dtype(),
        new Layout(Shape.of(layout.shape().size(1), layout.shape().size(0)),
            new long[]{layout.stride(1), layout.stride(0)}, layout.offset()));
  }
}
