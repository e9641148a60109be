package io.jacquard.nn;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.ops.Reduce;
import io.jacquard.ops.ScalarFunction;
import io.jacquard.spi.Reduction.Fold;
import io.jacquard.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The hinge loss of several classes, for scores x [N, C] (or [C]) and integer labels y [N] (or a scalar): the sum over all
 * other classes i of {@code max(0, margin - x[y] + x[i])^p}, by C.
 *
 * <pre>{@code
 * Loss.multiMargin().of(model.call(x), labels).backward();
 * Loss.multiMargin(2, 0.5).weight(Tensor.of(1f, 5f)).of(model.call(x), labels);
 * }</pre>
 */
public final class MultiMarginLoss implements Loss.Reducible {
  private final int p;
  private final double margin;
  private final @Nullable Tensor weight;
  private final ScalarFunction each;

  MultiMarginLoss(int p, double margin) {
    this(p, margin, null);
  }

  private MultiMarginLoss(int p, double margin, @Nullable Tensor weight) {
    if (p != 1 && p != 2) throw new JacquardException("multi_margin: p is " + p + ", expected 1 or 2.");
    this.p = p;
    this.margin = margin;
    this.weight = weight;
    each = ScalarFunction.of("multi_margin", in -> {
      var excess = in[0].sub(in[1]).add(margin).relu();
      var own = in[2].eq(in[3]);
      return own.where(excess.constantFor(0), p == 1 ? excess : excess.square());
    });
  }

  /** With a weight for each class, [C], by which the losses of its samples are multiplied; it must live as long as the loss. */
  public MultiMarginLoss weight(Tensor weight) {
    return new MultiMarginLoss(p, margin, weight);
  }

  @Override
  public LossTerms terms(Tensor scores, Tensor target) {
    if (scores.rank() > 2) {
      throw new JacquardException("multi_margin: scores " + scores.shape() + ", expected [N, C] or [C].");
    }
    var labels = ClassLabels.of("multi_margin", scores, target, null);
    var x = labels.numbers();
    var own = labels.pick(x).unsqueeze(1);
    var classes = Tensor.arange(x.device(), x.size(1)).unsqueeze(1);
    var program = each.program(x.dtype(), x.dtype(), target.dtype(), DType.INT64);
    var sum = Tensor.apply(new Reduce("multi_margin", Fold.SUM, program, new int[]{1}, false), x, own,
        target.reshape(x.size(0), 1, 1), classes)[0];
    var losses = sum.div(x.size(1));
    if (weight != null)
      losses = losses.mul(labels.weights(ClassLabels.checked("multi_margin", weight, scores)));
    return labels.terms(losses, null);
  }
}
