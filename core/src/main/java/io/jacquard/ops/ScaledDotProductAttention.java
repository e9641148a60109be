package io.jacquard.ops;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.spi.Layout;
import io.jacquard.spi.Spec;
import io.jacquard.spi.View;
import io.jacquard.tensor.Autocast;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.CompositeOp;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Keep;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;

/**
 * {@code softmax(q k^T * scale + mask) v} (Vaswani et al. 2017) for q [..., L, E], k [..., S, E], v [..., S, Ev] of equal
 * batch dimensions. For the gradient the logarithm of each row's softmax denominator is saved, [..., L], not the weights
 * (FlashAttention-2, Dao 2023). A query that may look at nothing gets zeros, as in PyTorch.
 *
 * <p>Inputs: q, k, v; the mask, if there is one, [..., L, S], bool (true: look) or of q's type (added); with dropout, the
 * draw base. {@link Attention} arranges them.
 *
 * <pre>{@code
 * var op = new ScaledDotProductAttention(0.25, true, false, 0, 0, 0);
 * var y = Tensor.apply(op, Tensor.ones(8, 16), Tensor.ones(8, 16), Tensor.ones(8, 16))[0];
 * }</pre>
 *
 * @param scale what the scores are multiplied by
 * @param causal whether query i looks at keys 0 to i only
 * @param masked whether there is a mask
 * @param dropout the share of the weights that is dropped: element (..., i, j) where the uniform number of (seed, draw,
 *        place in row-major order) is below it
 * @param seed of the random numbers
 * @param draw their draw's offset from the base
 */
public record ScaledDotProductAttention(double scale, boolean causal, boolean masked, double dropout,
    long seed,
    long draw) implements CompositeOp {
  @Override
  public String name() {
    return "scaled_dot_product_attention";
  }

  @Override
  public int saved() {
    return 1;
  }

  @Override
  public Autocast.Kind autocast() {
    return Autocast.Kind.HALF;
  }

  @Override
  public Spec[] infer(Spec[] in) {
    var q = in[0].shape();
    var k = in[1].shape();
    var v = in[2].shape();
    int rank = q.rank();
    boolean fits = rank >= 2 && k.rank() == rank && v.rank() == rank && q.size(-1) == k.size(-1)
        && k.size(-2) == v.size(-2) && batch(q).equals(batch(k)) && batch(q).equals(batch(v))
        && in[0].dtype().isFloating() && in[0].dtype() == in[1].dtype() && in[0].dtype() == in[2].dtype();
    if (!fits) {
      throw new JacquardException(name() + ": query " + in[0] + ", key " + in[1] + ", value " + in[2]
          + "; expected one floating type, [..., L, E], [..., S, E] and [..., S, Ev], alike before these.");
    }
    var scores = batch(q).insert(rank - 2, q.size(-2)).insert(rank - 1, k.size(-2));
    if (masked && (!in[3].shape().equals(scores)
        || in[3].dtype() != DType.BOOL && in[3].dtype() != in[0].dtype())) {
      throw new JacquardException(name() + ": the mask is " + in[3] + ", expected bool or " + in[0].dtype()
          + ", and the shape " + scores + ".");
    }
    return new Spec[]{new Spec(in[0].dtype(), q.with(rank - 1, v.size(-1))),
        new Spec(in[0].dtype().computeType(), q.without(rank - 1))};
  }

  private static Shape batch(Shape matrices) {
    return matrices.without(matrices.rank() - 1).without(matrices.rank() - 2);
  }

  /** The mask, if there is one, of inputs whose first is q. */
  Tensor[] mask(Tensor[] in) {
    return masked ? new Tensor[]{in[3]} : new Tensor[0];
  }

  @Override
  public Tensor[] decompose(Tensor[] in) {
    var q = in[0];
    if (in[1].size(-2) == 0) {
      var shape = q.shape().with(q.rank() - 1, in[2].size(-1));
      return new Tensor[]{Tensor.zeros(q.device(), q.dtype(), shape), nothing(q)};
    }
    var softmaxed = AttentionWeights.Softmaxed.of(AttentionWeights.scores(this, q, in[1], mask(in)));
    var weights = softmaxed.weights();
    if (dropout > 0) weights = AttentionWeights.dropout(this, weights, in[in.length - 1]);
    return new Tensor[]{weights.matmul(in[2]), softmaxed.logSumExp().squeeze(-1)};
  }

  /** The log-sum-exp of rows without keys. */
  private static Tensor nothing(Tensor q) {
    return Tensor.zeros(q.device(), q.dtype(), q.shape().without(q.rank() - 1));
  }

  /** The result lies as the query does: heads that were cut from rows of numbers are put together without a copy. */
  @Override
  public Layout layout(int j, Spec spec, View[] in) {
    return j == 0 ? like(in[0], spec) : Layout.contiguous(spec.shape());
  }

  /** As a view lies, if its rows are whole. */
  static Layout like(View view, Spec spec) {
    var own = view.layout();
    boolean rows = own.stride(spec.shape().rank() - 1) == 1;
    return rows ? own.inOrder(spec.shape()) : Layout.contiguous(spec.shape());
  }

  @Override
  public boolean hasRule() {
    return true;
  }

  @Override
  public Keep keep(long wanted) {
    return new Keep(-1, 1);
  }

  @Override
  public void backward(Backward b) {
    var in = new Tensor[b.inputs()];
    for (int i = 0; i < in.length; i++) in[i] = b.input(i);
    Tensor logSumExp;
    if (GradMode.isEnabled()) {
      // What was saved are numbers; where the gradient is to be differentiated, their dependence on the
      // inputs counts.
      logSumExp = in[1].size(-2) == 0 ? nothing(in[0])
          : AttentionWeights.Softmaxed.of(AttentionWeights.scores(this, in[0], in[1], mask(in))).logSumExp()
              .squeeze(-1);
    } else {
      logSumExp = b.output(1);
    }
    boolean mask = masked && b.needs(3);
    var op = new ScaledDotProductAttentionBackward(this, mask);
    var all = new Tensor[3 + in.length];
    all[0] = b.gradient(0);
    all[1] = b.output(0);
    all[2] = logSumExp;
    System.arraycopy(in, 0, all, 3, in.length);
    var gradients = Tensor.apply(op, all);
    for (int i = 0; i < gradients.length; i++) b.give(i, gradients[i]);
  }

  @Override
  public String toString() {
    return name()
        + Arrays.asList("scale=" + scale, "causal=" + causal, "masked=" + masked, "dropout=" + dropout);
  }
}
