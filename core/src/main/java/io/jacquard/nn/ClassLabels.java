package io.jacquard.nn;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.ops.CrossEntropy;
import io.jacquard.ops.Reduce;
import io.jacquard.ops.ScalarFunction;
import io.jacquard.spi.Reduction.Fold;
import io.jacquard.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Integer labels beside what a model says of each class, as losses need them: numbers [N, C, L] and labels [N, L], whatever
 * the shapes were, and labels checked. All of it happens on the device.
 */
final class ClassLabels {
  private static final ScalarFunction PICK = ScalarFunction.of("pick",
      in -> in[1].eq(in[2]).where(in[0], in[0].constantFor(0)));

  /** One label number that stands for none; a loss makes one of its own, so that its functions are traced once. */
  record Ignored(long label, ScalarFunction masked, ScalarFunction counted, ScalarFunction valid) {
    static Ignored of(long label) {
      return new Ignored(label,
          ScalarFunction.of("ignore", in -> in[0].eq(label).where(in[1].constantFor(0), in[1])),
          ScalarFunction.of("ignore", in -> in[0].ne(label)),
          ScalarFunction.of("ignore",
              in -> in[0].eq(label).where(in[0].constantFor(0), in[0]).to(in[0].type())));
    }
  }

  private final @Nullable Ignored ignored;
  /** [N, C, L]. */
  private final Tensor numbers;
  /** [N, L]. */
  private final Tensor labels;
  /** The same, with a class also where the label is to be ignored. */
  private final Tensor valid;
  private final Shape shape;

  private ClassLabels(String loss, Tensor numbers, Tensor labels, @Nullable Ignored ignored) {
    this.ignored = ignored;
    this.numbers = threeSizes(numbers);
    shape = labels.shape();
    this.labels = labels.reshape(this.numbers.size(0), this.numbers.size(2));
    valid = ignored == null
        ? this.labels
        : Tensor.apply(ignored.valid.on(labels.dtype()), this.labels)[0];
    CrossEntropy.checkLabels(loss, valid.reshape(valid.numel()), this.numbers.size(1));
  }

  /** @param numbers [C], [N, C] or [N, C, ...]; the labels have the same shape without C */
  static ClassLabels of(String loss, Tensor numbers, Tensor labels, @Nullable Ignored ignored) {
    int rank = numbers.rank();
    boolean fits = rank > 0 && numbers.dtype().isFloating() && labels.dtype().isInteger()
        && labels.shape().equals(numbers.shape().without(rank == 1 ? 0 : 1));
    if (!fits) {
      throw new JacquardException(loss + ": the prediction is " + numbers.spec() + " and the labels are "
          + labels.spec() + ", expected floats [N, C] or [N, C, ...] and integers [N] or [N, ...].");
    }
    return new ClassLabels(loss, numbers, labels, ignored);
  }

  /** [C], [N, C] or [N, C, ...] as [N, C, L]. */
  static Tensor threeSizes(Tensor numbers) {
    if (numbers.rank() == 1) return numbers.reshape(1, numbers.numel(), 1);
    var shape = numbers.shape();
    long length = 1;
    for (int d = 2; d < shape.rank(); d++) length *= shape.size(d);
    return numbers.reshape(shape.size(0), shape.size(1), length);
  }

  /** Beside [N, C, L]. */
  static Tensor ofEachClass(Tensor classes) {
    return classes.reshape(classes.numel(), 1);
  }

  Tensor numbers() {
    return numbers;
  }

  /** Each label's own of some numbers [N, C, L]: [N, L]. Chosen, not multiplied by 0 or 1: the others may be infinite. */
  Tensor pick(Tensor of) {
    var each = PICK.program(of.dtype(), valid.dtype(), DType.INT64);
    var classes = Tensor.arange(of.device(), of.size(1)).unsqueeze(1);
    return Tensor.apply(new Reduce("pick", Fold.SUM, each, new int[]{1}, false), of, valid.unsqueeze(1),
        classes)[0];
  }

  /** The weight of each label's class: [N, L]. */
  Tensor weights(Tensor weight) {
    var rows = valid.reshape(valid.numel());
    return weight.gatherRows(rows.to(DType.INT64)).reshape(valid.shape());
  }

  /** The terms of a loss, whose mean is weighted as PyTorch's is; numbers [N, L] come in the labels' shape. */
  LossTerms terms(Tensor losses, @Nullable Tensor weights) {
    if (ignored == null) {
      var values = losses.reshape(shape);
      return weights == null ? LossTerms.of(values) : LossTerms.of(values, weights.sum());
    }
    var values = masked(losses, ignored).reshape(shape);
    return LossTerms.of(values, weights == null
        ? Tensor.apply(ignored.counted.on(labels.dtype()), labels)[0].sum().to(losses.dtype())
        : masked(weights, ignored).sum());
  }

  private Tensor masked(Tensor values, Ignored ignored) {
    return Tensor.apply(ignored.masked.on(labels.dtype(), values.dtype()), labels, values)[0];
  }

  /** A class weight, [C]. */
  static Tensor checked(String loss, Tensor weight, Tensor numbers) {
    long classes = numbers.size(numbers.rank() == 1 ? 0 : 1);
    if (weight.dtype().isFloating() && weight.shape().equals(Shape.of(classes))) return weight;
    throw new JacquardException(loss + ": the weight is " + weight.spec() + ", expected floats [" + classes
        + "], one for each class.");
  }
}
