package io.jacquard.ops;

import io.jacquard.DType;
import io.jacquard.tensor.Tensor;

/**
 * The weights of {@link ScaledDotProductAttention}, step by step: what it and its gradient are made of where no backend
 * takes them over.
 */
final class AttentionWeights {
  private static final ScalarFunction[][] SCORES = new ScalarFunction[2][3];
  private static final double NONE = Double.NEGATIVE_INFINITY;

  /** Where all scores are minus infinity, 0 is as good to subtract, and leaves no NaN. */
  private static final ScalarFunction SHIFT = ScalarFunction.of("attention_shift",
      in -> in[0].eq(NONE).where(in[0].constantFor(0), in[0]));
  private static final ScalarFunction EXP = ScalarFunction.of("attention_exp", in -> in[0].sub(in[1]).exp());
  private static final ScalarFunction LOG_SUM = ScalarFunction.of("attention_lse",
      in -> in[1].eq(0).where(in[0].constantFor(0), in[0].add(in[1].log())));
  private static final ScalarFunction SHARE = ScalarFunction.of("attention_share",
      in -> in[1].eq(0).where(in[0].constantFor(0), in[0].div(in[1])));
  /** Input 1 is the draw base; parameters are seed, draw, the share that is dropped, what the rest is multiplied by. */
  private static final ScalarFunction DROPOUT = ScalarFunction.withParams("attention_dropout", trace -> {
    var x = trace.input(0);
    var dropped = trace.uniform(0, 1, 1).lt(trace.param(2, DType.FLOAT32));
    return dropped.where(x.constantFor(0), x.mul(trace.param(3, x.type())));
  });

  static {
    for (int causal = 0; causal < 2; causal++) {
      for (int mask = 0; mask < 3; mask++) SCORES[causal][mask] = scores(causal == 1, mask == 1, mask == 2);
    }
  }

  private AttentionWeights() {}

  /** Parameters: the scale, the numbers of queries and keys. */
  private static ScalarFunction scores(boolean causal, boolean chosen, boolean added) {
    return ScalarFunction.withParams("attention_scores", trace -> {
      var s = trace.input(0).mul(trace.param(0, trace.input(0).type()));
      if (added) s = s.add(trace.input(1));
      if (chosen) s = trace.input(1).where(s, s.constantFor(NONE));
      if (!causal) return s;
      var queries = trace.param(1, DType.INT64);
      var keys = trace.param(2, DType.INT64);
      var row = trace.index().div(keys);
      var key = trace.index().sub(row.mul(keys));
      var query = row.sub(row.div(queries).mul(queries));
      return key.le(query).where(s, s.constantFor(NONE));
    });
  }

  /** The scores as they go into the softmax: [..., L, S]. */
  static Tensor scores(ScaledDotProductAttention op, Tensor q, Tensor k, Tensor... mask) {
    var s = q.matmul(k.mT());
    int kind = mask.length == 0 ? 0 : mask[0].dtype() == DType.BOOL ? 1 : 2;
    var types = kind == 0 ? new DType[]{s.dtype()} : new DType[]{s.dtype(), mask[0].dtype()};
    var function = SCORES[op.causal() ? 1 : 0][kind].on(types)
        .withParams(s.dtype().computeType().bits(op.scale()), s.size(-2), s.size(-1));
    return kind == 0 ? Tensor.apply(function, s)[0] : Tensor.apply(function, s, mask[0])[0];
  }

  /**
   * The softmax of rows of scores, and the logarithm of its denominator, which has a last dimension of 1. Both are 0 where a
   * query may look at nothing.
   */
  record Softmaxed(Tensor weights, Tensor logSumExp) {
    static Softmaxed of(Tensor scores) {
      var t = scores.dtype();
      var max = scores.max(true, -1).detach();
      var shift = Tensor.apply(SHIFT.on(t), max)[0];
      var e = exp(scores, shift);
      var sum = e.sum(true, -1);
      return new Softmaxed(Tensor.apply(SHARE.on(t, t), e, sum)[0],
          Tensor.apply(LOG_SUM.on(t, t), shift, sum)[0]);
    }
  }

  /** {@code exp(scores - shift)}: the weights again, if {@code shift} is the log-sum-exp. */
  static Tensor exp(Tensor scores, Tensor shift) {
    return Tensor.apply(EXP.on(scores.dtype(), shift.dtype()), scores, shift)[0];
  }

  /** The op's dropout of [..., L, S]. */
  static Tensor dropout(ScaledDotProductAttention op, Tensor x, Tensor base) {
    var type = x.dtype().computeType();
    double rest = op.dropout() >= 1 ? 0 : 1 / (1 - op.dropout());
    // From 1 on all are dropped: a random number is below that.
    var function = DROPOUT.on(x.dtype(), base.dtype()).withParams(op.seed(), op.draw(),
        DType.FLOAT32.bits(op.dropout()), type.bits(rest));
    return Tensor.apply(function, x, base)[0];
  }
}
