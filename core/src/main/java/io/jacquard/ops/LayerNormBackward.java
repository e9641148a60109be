package io.jacquard.ops;

import io.jacquard.Shape;
import io.jacquard.spi.Reduction.Fold;
import io.jacquard.spi.Spec;
import io.jacquard.tensor.CompositeOp;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;

/**
 * The gradients of {@link LayerNorm}. Inputs: the arriving gradient g, x, mean, rstd, and the weight w if there is one. With
 * {@code xh = (x - mean) * rstd} and means along a row,
 *
 * <pre>
 * dx = rstd * (g w - mean(g w) - xh * mean(g w xh))
 * dw = sum of g xh over the rows,  db = sum of g over the rows
 * </pre>
 *
 * <pre>{@code
 * var backward = new LayerNormBackward(1, true, true);   // a backend's run() meets it
 * }</pre>
 *
 * @param weight whether dw is an output, after dx
 * @param bias whether db is one, the last
 */
public record LayerNormBackward(int dims, boolean weight, boolean bias) implements CompositeOp {
  private static final ScalarFunction ALONG = ScalarFunction.of("layer_norm_backward",
      in -> in[0].mul(in[1].sub(in[2]).mul(in[3])));
  private static final ScalarFunction WEIGHTED_ALONG = ScalarFunction.of("layer_norm_backward",
      in -> in[0].mul(in[4]).mul(in[1].sub(in[2]).mul(in[3])));
  private static final ScalarFunction INPUT = ScalarFunction.of("layer_norm_backward", in -> {
    var normal = in[1].sub(in[2]).mul(in[3]);
    return in[3].mul(in[0].sub(in[4]).sub(normal.mul(in[5])));
  });
  private static final ScalarFunction WEIGHTED_INPUT = ScalarFunction.of("layer_norm_backward", in -> {
    var normal = in[1].sub(in[2]).mul(in[3]);
    return in[3].mul(in[0].mul(in[6]).sub(in[4]).sub(normal.mul(in[5])));
  });

  @Override
  public String name() {
    return "layer_norm_backward";
  }

  @Override
  public Spec[] infer(Spec[] in) {
    var x = in[1];
    var parameter = new Spec(x.dtype(), normalized(x.shape()));
    var out = new ArrayList<Spec>();
    out.add(x);
    if (weight) out.add(parameter);
    if (bias) out.add(parameter);
    return out.toArray(Spec[]::new);
  }

  private Shape normalized(Shape x) {
    var sizes = x.sizes();
    var last = new long[dims];
    System.arraycopy(sizes, sizes.length - dims, last, 0, dims);
    return Shape.of(last);
  }

  @Override
  public Tensor[] decompose(Tensor[] in) {
    var g = in[0];
    var x = in[1];
    var mean = in[2];
    var rstd = in[3];
    var t = x.dtype();
    int[] axes = LayerNorm.axes(x.rank(), dims);
    long count = Moments.count(x.shape(), axes);
    var out = new ArrayList<Tensor>();
    if (in.length == 4) {
      var along = new Reduce(name(), Fold.SUM, ALONG.program(t, t, t, t), axes, true);
      var second = Tensor.apply(along, in)[0].div(count);
      var first = g.sum(true, axes).div(count);
      out.add(Tensor.apply(INPUT.on(t, t, t, t, t, t), g, x, mean, rstd, first, second)[0]);
      return out.toArray(Tensor[]::new);
    }
    var w = in[4];
    var along = new Reduce(name(), Fold.SUM, WEIGHTED_ALONG.program(t, t, t, t, t), axes, true);
    var second = Tensor.apply(along, in)[0].div(count);
    var product = new Reduce(name(), Fold.SUM, Scalars.MUL.program(t, t), axes, true);
    var first = Tensor.apply(product, g, w)[0].div(count);
    out.add(Tensor.apply(WEIGHTED_INPUT.on(t, t, t, t, t, t, t), g, x, mean, rstd, first, second, w)[0]);
    var each = ALONG.program(t, t, t, t);
    if (weight) {
      out.add(Tensor.apply(new SumTo(name(), each, new long[0], normalized(x.shape())), g, x, mean, rstd)[0]);
    }
    if (bias) out.add(g.sumTo(normalized(x.shape())));
    return out.toArray(Tensor[]::new);
  }
}
