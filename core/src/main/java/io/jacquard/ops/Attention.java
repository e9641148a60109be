package io.jacquard.ops;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.tensor.Autocast;
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
   * @param query [..., L, E]
   * @param key [..., S, E]
   * @param value [..., S, Ev]
   * @return [..., L, Ev]
   * @throws JacquardException on shapes or types that do not fit, naming them
   */
  public static Tensor of(Tensor query, Tensor key, Tensor value, AttentionOptions options) {
    var prepared = Prepared.of(query, key, value, options);
    return Tensor.apply(prepared.op, prepared.in)[0];
  }

  /**
   * What attention gives, and the weights with which it mixes values.
   *
   * <pre>{@code
   * var weights = Attention.weighed(x, x, x, AttentionOptions.defaults()).weights();
   * }</pre>
   *
   * @param result [..., L, Ev]
   * @param weights [..., L, S], after dropout; rows add up to 1 without it
   */
  public record Weighed(Tensor result, Tensor weights) {}

  /** As {@link #of}, with the weights, whose L * S numbers lie in memory then. */
  public static Weighed weighed(Tensor query, Tensor key, Tensor value, AttentionOptions options) {
    var prepared = Prepared.of(query, key, value, options);
    var in = prepared.in;
    // As inside of the op: what it is made of takes types as they are.
    try (var _ = Autocast.to(DType.FLOAT32)) {
      var weights = AttentionWeights.Softmaxed
          .of(AttentionWeights.scores(prepared.op, in[0], in[1], prepared.op.mask(in))).weights();
      if (prepared.op.dropout() > 0)
        weights = AttentionWeights.dropout(prepared.op, weights, in[in.length - 1]);
      return new Weighed(weights.matmul(in[2]), weights);
    }
  }

  /** The op, and its inputs in one shape of batches. */
  private record Prepared(ScaledDotProductAttention op, Tensor[] in) {
    static Prepared of(Tensor query, Tensor key, Tensor value, AttentionOptions options) {
      var q = Autocast.ofProduct(query);
      var k = Autocast.ofProduct(key);
      var v = Autocast.ofProduct(value);
      check(q, k, v);
      var batch = Shape.broadcast(NAME, Shape.broadcast(NAME, batch(q), batch(k)), batch(v));
      var in = new ArrayList<Tensor>();
      for (var x : new Tensor[]{q, k, v}) in.add(x.expand(matrices(batch, x.size(-2), x.size(-1))));
      var mask = options.mask();
      if (mask != null)
        in.add(expanded(Autocast.ofProduct(mask), q, matrices(batch, q.size(-2), k.size(-2))));
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
      return new Prepared(
          new ScaledDotProductAttention(scale, options.isCausal(), mask != null, p, seed, draw),
          in.toArray(Tensor[]::new));
    }
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
