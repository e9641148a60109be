package io.jacquard.ops;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;

/**
 * Puts broadcasting, masks and random draws round the op {@link ScaledDotProductAttention}.
 *
 * <pre>{@code
 * var y = Attention.of(x, x, x, AttentionOptions.defaults().causal());   // x.scaledDotProductAttention(x, x, ...)
 * }</pre>
 */
public final class Attention {
  private static final String NAME = "scaled_dot_product_attention";

  private Attention() {}

  /**
   * {@code softmax(q k^T * scale) v}.
   *
   * @param q [..., L, E]
   * @param k [..., S, E]
   * @param v [..., S, Ev]
   * @return [..., L, Ev]
   * @throws JacquardException on shapes or types that do not fit, naming them
   */
  public static Tensor of(Tensor q, Tensor k, Tensor v, AttentionOptions options) {
    check(q, k, v);
    var batch = Shape.broadcast(NAME, Shape.broadcast(NAME, batch(q), batch(k)), batch(v));
    var in = new ArrayList<Tensor>();
    for (var x : new Tensor[]{q, k, v}) in.add(x.expand(matrices(batch, x.size(-2), x.size(-1))));
    var mask = options.mask();
    if (mask != null) in.add(expanded(mask, q, matrices(batch, q.size(-2), k.size(-2))));
    double p = options.dropoutP();
    long seed = 0;
    long draw = 0;
    if (p > 0) {
      var generator = Generator.current();
      in.add(generator.base(q.device()));
      seed = generator.seed();
      draw = generator.nextOffset();
    }
    var scaling = options.scaling();
    double scale = scaling == null ? 1 / Math.sqrt(Math.max(q.size(-1), 1)) : scaling;
    var op = new ScaledDotProductAttention(scale, options.isCausal(), mask != null, p, seed, draw);
    return Tensor.apply(op, in.toArray(Tensor[]::new))[0];
  }

  private static void check(Tensor q, Tensor k, Tensor v) {
    boolean floats = q.dtype().isFloating() && q.dtype() == k.dtype() && q.dtype() == v.dtype();
    if (q.rank() < 2 || k.rank() < 2 || v.rank() < 2 || !floats) {
      throw new JacquardException(NAME + ": query " + q.spec() + ", key " + k.spec() + ", value " + v.spec()
          + "; expected one floating type and at least two dimensions, [..., L, E], [..., S, E], [..., S, Ev].");
    }
    if (q.size(-1) != k.size(-1)) {
      throw new JacquardException(NAME + ": query " + q.shape() + " and key " + k.shape()
          + " differ in their last dimension, expected vectors of one length. Check the number of heads.");
    }
    if (k.size(-2) != v.size(-2)) {
      throw new JacquardException(NAME + ": key " + k.shape() + " and value " + v.shape() + " have "
          + k.size(-2) + " and " + v.size(-2) + " places, expected as many of one as of the other.");
    }
  }

  private static Tensor expanded(Tensor mask, Tensor q, Shape scores) {
    if (mask.dtype() != DType.BOOL && mask.dtype() != q.dtype()) {
      throw new JacquardException(NAME + ": the mask is " + mask.dtype() + ", expected bool (true: look) or "
          + q.dtype() + " (added), as the query is. Convert it with to(DType).");
    }
    int missing = scores.rank() - mask.rank();
    boolean fits = missing >= 0;
    for (int d = 1; fits && d <= mask.rank(); d++)
      fits = mask.size(-d) == 1 || mask.size(-d) == scores.size(-d);
    if (!fits) {
      throw new JacquardException(
          NAME + ": a mask of shape " + mask.shape() + " does not broadcast to the scores "
              + scores + ", expected [..., L, S] with sizes that are equal or 1.");
    }
    return mask.expand(scores);
  }

  private static Shape batch(Tensor matrices) {
    return matrices.shape().without(matrices.rank() - 1).without(matrices.rank() - 2);
  }

  private static Shape matrices(Shape batch, long rows, long columns) {
    return batch.insert(batch.rank(), rows).insert(batch.rank() + 1, columns);
  }
}
