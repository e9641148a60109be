package io.jacquard.ops;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.expr.Program;
import io.jacquard.spi.Reduction.Fold;
import io.jacquard.spi.Spec;
import io.jacquard.tensor.Autocast;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.CompositeOp;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Keep;
import io.jacquard.tensor.Tensor;

/**
 * The mean over N of {@code logsumexp(x_n) - x_n[label_n]}, for logits x [N, C] and integer labels [N]. The
 * log-sum-exp of each row is saved for the gradient {@code (softmax(x) - onehot(label)) / N}.
 *
 * <pre>{@code
 * var loss = Tensor.apply(new CrossEntropy(), x, labels)[0];   // Loss.crossEntropy().of(x, labels)
 * }</pre>
 *
 * <p>Labels outside 0 to C-1 are refused ({@link RequireRange}); a backend that takes this over must do so too.
 */
public record CrossEntropy() implements CompositeOp {
  private static final ScalarFunction SHIFTED_EXP = ScalarFunction.of("exp", in -> in[0].sub(in[1]).exp());
  private static final ScalarFunction PICK = ScalarFunction.of("pick",
      in -> in[1].eq(in[2]).where(in[0], in[0].constantFor(0)));

  @Override
  public String name() {
    return "cross_entropy";
  }

  @Override
  public int saved() {
    return 1;
  }

  @Override
  public Autocast.Kind autocast() {
    return Autocast.Kind.FLOAT32;
  }

  @Override
  public Spec[] infer(Spec[] in) {
    var x = in[0];
    var labels = in[1];
    boolean fits = x.shape().rank() == 2 && labels.shape().rank() == 1
        && x.shape().size(0) == labels.shape().size(0);
    if (!fits || !x.dtype().isFloating() || !labels.dtype().isInteger()) {
      throw new JacquardException("cross_entropy: logits " + x + " and labels " + labels
          + ", expected floating logits [N, C] and integer labels [N]. One-hot labels become numbers with argmax(1).");
    }
    return new Spec[]{new Spec(x.dtype(), Shape.SCALAR), new Spec(x.dtype(), Shape.of(x.shape().size(0), 1))};
  }

  @Override
  public Tensor[] decompose(Tensor[] in) {
    var x = in[0];
    var labels = in[1];
    long classes = x.size(1);
    checkLabels("cross_entropy", labels, classes);
    var max = x.max(true, 1).detach();
    var lse = sumRows("logsumexp", SHIFTED_EXP.program(x.dtype(), x.dtype()), x, max).log().add(max);
    var t = x.dtype();
    var picked = sumRows("pick", PICK.program(t, t, t), x, column(labels, t), numbers(x));
    return new Tensor[]{lse.sub(picked).mean(), lse};
  }

  // Class numbers are compared as floats, which count exactly far enough, so that programs have one type of
  // vector.

  static Tensor column(Tensor labels, DType type) {
    return labels.unsqueeze(1).to(type);
  }

  static Tensor numbers(Tensor x) {
    return Tensor.arange(x.device(), x.size(1)).to(x.dtype());
  }

  private static Tensor sumRows(String name, Program each, Tensor... in) {
    return Tensor.apply(new Reduce(name, Fold.SUM, each, new int[]{1}, true), in)[0];
  }

  /** Refuses labels that are no class; {@code loss} is what messages call the loss. */
  public static void checkLabels(String loss, Tensor labels, long classes) {
    Tensor.apply(allowed(loss, classes), labels);
  }

  /** What {@link #checkLabels} applies, for a backend that takes a loss over. */
  public static RequireRange allowed(String loss, long classes) {
    return new RequireRange(loss + ": label", classes,
        "There are logits for " + classes
            + " classes. Check the labels, or give the model's last layer more outputs.");
  }

  @Override
  public boolean hasRule() {
    return true;
  }

  @Override
  public Keep keep(long wanted) {
    return Keep.INPUTS;
  }

  @Override
  public void backward(Backward b) {
    var x = b.input(0);
    var labels = b.input(1);
    var scale = b.gradient(0).div(x.size(0));
    if (GradMode.isEnabled()) {
      // The saved log-sum-exp is a number; where the gradient is to be differentiated, its dependence on x
      // counts.
      b.give(0, x.softmax(1).sub(labels.oneHot(x.size(1)).to(x.dtype())).mul(scale));
      return;
    }
    b.give(0, new CrossEntropyBackward(), x, labels, b.output(1), scale);
  }
}
