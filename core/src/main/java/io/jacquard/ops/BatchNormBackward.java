package io.jacquard.ops;

import io.jacquard.Shape;
import io.jacquard.spi.Reduction.Fold;
import io.jacquard.spi.Spec;
import io.jacquard.tensor.CompositeOp;
import io.jacquard.tensor.Tensor;

/**
 * The gradients of {@link BatchNorm}. Inputs: the arriving gradient g and x, [N, C] or [N, C, L]; mean, rstd, and the weight
 * w if there is one, [C]. With {@code xh = (x - mean) * rstd} and M values to a channel,
 *
 * <pre>
 * db = sum(g),  dw = sum(g xh),  dx = rstd w * (g - db / M - xh * dw / M)
 * </pre>
 *
 * <pre>{@code
 * var backward = new BatchNormBackward();   // a backend's run() meets it
 * }</pre>
 *
 * <p>Outputs: dx, dw, db.
 */
public record BatchNormBackward() implements CompositeOp {
  private static final ScalarFunction ALONG = ScalarFunction.of("batch_norm_backward",
      in -> in[0].mul(in[1].sub(in[2]).mul(in[3])));
  private static final ScalarFunction INPUT = ScalarFunction.of("batch_norm_backward", in -> {
    var normal = in[1].sub(in[2]).mul(in[3]);
    return in[6].mul(in[0].sub(in[4]).sub(normal.mul(in[5])));
  });

  @Override
  public String name() {
    return "batch_norm_backward";
  }

  @Override
  public Spec[] infer(Spec[] in) {
    var x = in[1];
    var channels = new Spec(x.dtype(), Shape.of(x.shape().size(1)));
    return new Spec[]{x, channels, channels};
  }

  @Override
  public Tensor[] decompose(Tensor[] in) {
    var g = in[0];
    var x = in[1];
    var mean = BatchNorm.beside(x, in[2]);
    var rstd = BatchNorm.beside(x, in[3]);
    var t = x.dtype();
    long count = BatchNorm.count(x.shape());
    int[] axes = BatchNorm.axes(x.rank());
    var along = new Reduce(name(), Fold.SUM, ALONG.program(t, t, t, t), axes, false);
    var dw = Tensor.apply(along, g, x, mean, rstd)[0];
    var db = g.sum(axes);
    var scale = in.length == 5 ? rstd.mul(BatchNorm.beside(x, in[4])) : rstd;
    var first = BatchNorm.beside(x, db.div(count));
    var second = BatchNorm.beside(x, dw.div(count));
    var dx = Tensor.apply(INPUT.on(t, t, t, t, t, t, t), g, x, mean, rstd, first, second, scale)[0];
    return new Tensor[]{dx, dw, db};
  }
}
