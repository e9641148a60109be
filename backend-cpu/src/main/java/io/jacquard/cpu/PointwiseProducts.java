package io.jacquard.cpu;

import io.jacquard.ops.Window;
import io.jacquard.spi.View;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions with windows of one place, and their gradients: products of matrices [places, channels] and [channels,
 * outputs]. Images lie contiguous, channels innermost; weights, [1..., C, O], as they like.
 */
final class PointwiseProducts {
  /** Places that are summed up at a time: what is multiplied with each row of tiles stays in the second cache. */
  private static final int MOST_PLACES = 1024;

  private final Products products;

  PointwiseProducts(Products products) {
    this.products = products;
  }

  /** Whether every place of the result sees the same place of the image alone. */
  static boolean suits(Window window, int groups) {
    if (groups != 1) return false;
    for (var axis : window.axes()) {
      if (axis.kernel() != 1 || axis.stride() != 1 || axis.before() != 0 || axis.after() != 0) return false;
    }
    return true;
  }

  void convolve(long x, View weight, @Nullable View bias, View out) {
    var epilogue = bias == null ? Epilogue.NONE
        : Epilogue.bias(Views.address(bias, "convolution bias"), bias.layout().stride(0));
    product(places(out), x, matrix(weight), weight.shape().size(-2), out, epilogue);
  }

  void inputGradient(long g, View weight, View out) {
    var w = matrix(weight);
    product(places(out), g, Matrix.of(w.address(), w.columnStride(), w.rowStride()), weight.shape().size(-1),
        out, Epilogue.NONE);
  }

  /** @param places of all images */
  void weightGradient(long x, long g, long places, View out) {
    int channels = (int) out.shape().size(-2);
    int outputs = (int) out.shape().size(-1);
    long step = Math.ceilDiv(Math.max(1, places), Math.ceilDiv(Math.max(1, places), MOST_PLACES));
    // the same matrices at other places: many small objects would not leave the heap alone
    var xStart = new long[1];
    var gStart = new long[1];
    var a = new Matrix(x, 1, channels, xStart);
    var b = new Matrix(g, outputs, 1, gStart);
    var c = matrix(out);
    long first = 0;
    do {
      xStart[0] = first * channels;
      gStart[0] = first * outputs;
      products.float32(1, channels, outputs, (int) Math.min(step, places - first), 1f, a, b,
          first > 0 ? 1f : 0f, c, Epilogue.NONE);
      first += step;
    } while (first < places);
  }

  /** Rows of {@code depth} numbers each times a matrix. */
  private void product(int rows, long a, Matrix b, long depth, View out, Epilogue epilogue) {
    long columns = out.shape().size(-1);
    products.float32(1, rows, (int) columns, (int) depth, 1f, Matrix.of(a, depth, 1), b, 0f,
        Matrix.of(Views.address(out, "convolution"), columns, 1), epilogue);
  }

  private static int places(View view) {
    return Math.toIntExact(view.numel() / view.shape().size(-1));
  }

  private static Matrix matrix(View weight) {
    var layout = weight.layout();
    int rank = layout.shape().rank();
    return Matrix.of(Views.address(weight, "convolution weight"), layout.stride(rank - 2),
        layout.stride(rank - 1));
  }
}
