package io.jacquard.ops;

import io.jacquard.Shape;
import io.jacquard.tensor.Tensor;

/**
 * Convolutions as products of matrices: a row of the first is what one window sees. One matrix for each group. This is
 * what convolutions mean; see {@link Convolution} for the shapes.
 */
record WindowMatrices(Window window, int groups) {

  Tensor convolve(Tensor x, Tensor weight) {
    var y = rows(x).matmul(weights(weight));
    return joined(y, outputs(x.shape()), weight.size(-1));
  }

  /** What the windows of x hold, times the gradient: [kernel..., C/groups, O]. */
  Tensor weightGradient(Tensor x, Tensor g) {
    var products = rows(x).mT().matmul(groupsOf(g));
    long channels = x.size(-1) / groups;
    var shape = Shape.of(window.kernel()).insert(window.rank(), channels);
    return joined(products, shape, g.size(-1));
  }

  /** The gradient's share in each window, added up where windows overlap. */
  Tensor inputGradient(Tensor g, Tensor weight, Shape input) {
    int rank = window.rank();
    long channels = input.size(-1);
    var shares = groupsOf(g).matmul(weights(weight).mT())
        .reshape(groups, windows(g), window.taps(), channels / groups).permute(1, 2, 0, 3);
    var shape = g.shape().without(rank + 1);
    for (long size : window.kernel()) shape = shape.insert(shape.rank(), size);
    shape = shape.insert(shape.rank(), channels);
    var padded = input;
    for (int a = 0; a < rank; a++) {
      var axis = window.axes().get(a);
      padded = padded.with(1 + a, input.size(1 + a) + axis.before() + axis.after());
    }
    var sum = Tensor.apply(new WindowsBackward(new Windows(window), padded), shares.reshape(shape))[0];
    return Windows.crop(sum, window, input).contiguous();
  }

  /** [N, windows...] */
  private Shape outputs(Shape x) {
    return Window.with(x.without(x.rank() - 1), 1, window.outputs(window.spatial(x, 1)));
  }

  /** [groups, N * windows, taps * C/groups] */
  private Tensor rows(Tensor x) {
    var windows = Tensor.apply(new Windows(window), Windows.pad(x, window))[0];
    long rows = outputs(x.shape()).numel();
    long channels = x.size(-1) / groups;
    return windows.reshape(rows, window.taps(), groups, channels).permute(2, 0, 1, 3)
        .reshape(groups, rows, window.taps() * channels);
  }

  /** [kernel..., C/groups, O] as [groups, taps * C/groups, O/groups] */
  private Tensor weights(Tensor weight) {
    return weight.reshape(window.taps() * weight.size(-2), groups, weight.size(-1) / groups).permute(1, 0, 2);
  }

  /** [N, windows..., O] as [groups, N * windows, O/groups] */
  private Tensor groupsOf(Tensor g) {
    return g.reshape(windows(g), groups, g.size(-1) / groups).permute(1, 0, 2);
  }

  private static long windows(Tensor g) {
    return g.shape().without(g.rank() - 1).numel();
  }

  /** [groups, rows, O/groups] as [rows..., O] */
  private static Tensor joined(Tensor y, Shape rows, long outputs) {
    return y.permute(1, 0, 2).reshape(rows.insert(rows.rank(), outputs));
  }
}
