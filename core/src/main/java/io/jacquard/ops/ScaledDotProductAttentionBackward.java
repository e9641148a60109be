package io.jacquard.ops;

import io.jacquard.spi.Layout;
import io.jacquard.spi.Spec;
import io.jacquard.spi.View;
import io.jacquard.tensor.CompositeOp;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;

/**
 * The gradients of {@link ScaledDotProductAttention}, whose weights are computed again. Inputs: the arriving gradient g, the
 * result y, the log-sum-exp of each row, then the op's own inputs. With weights P, and M what dropout multiplies them by,
 *
 * <pre>
 * dV = (P M)^T g,  dS = P (M (g V^T) - rowsum(g y)),  dQ = scale dS K,  dK = scale dS^T Q
 * </pre>
 *
 * <pre>{@code
 * var op = new ScaledDotProductAttention(0.25, true, false, 0, 0, 0);
 * var backward = new ScaledDotProductAttentionBackward(op, false);   // a backend's run() meets it
 * }</pre>
 *
 * @param mask whether dS, the gradient of an added mask, is an output, after dQ, dK and dV
 */
public record ScaledDotProductAttentionBackward(ScaledDotProductAttention op,
    boolean mask) implements CompositeOp {
  private static final ScalarFunction SCORES = ScalarFunction.of("attention_scores_backward",
      in -> in[0].mul(in[1].sub(in[2])));

  @Override
  public String name() {
    return op.name() + "_backward";
  }

  @Override
  public Spec[] infer(Spec[] in) {
    var specs = Arrays.copyOfRange(in, 3, mask ? 7 : 6);
    return specs;
  }

  /** Gradients lie as what they belong to. */
  @Override
  public Layout layout(int j, Spec spec, View[] in) {
    return j < 3 ? ScaledDotProductAttention.like(in[3 + j], spec) : Layout.contiguous(spec.shape());
  }

  @Override
  public Tensor[] decompose(Tensor[] in) {
    var g = in[0];
    var own = Arrays.copyOfRange(in, 3, in.length);
    var q = own[0];
    var k = own[1];
    var v = own[2];
    var weights = AttentionWeights.exp(AttentionWeights.scores(op, q, k, op.mask(own)), in[2].unsqueeze(-1));
    var kept = weights;
    var dWeights = g.matmul(v.mT());
    if (op.dropout() > 0) {
      var base = own[own.length - 1];
      kept = AttentionWeights.dropout(op, weights, base);
      dWeights = AttentionWeights.dropout(op, dWeights, base);
    }
    var t = weights.dtype();
    var dot = g.mul(in[1]).sum(true, -1);
    var dScores = Tensor.apply(SCORES.on(t, t, t), weights, dWeights, dot)[0];
    var dq = dScores.matmul(k).mul(op.scale());
    var dk = dScores.mT().matmul(q).mul(op.scale());
    var dv = kept.mT().matmul(g);
    return mask ? new Tensor[]{dq, dk, dv, dScores} : new Tensor[]{dq, dk, dv};
  }
}
