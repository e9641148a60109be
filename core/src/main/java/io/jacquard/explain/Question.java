package io.jacquard.explain;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.nn.Module;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Gradients;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/** What every explanation asks a model: the scores of some samples for given classes, and their slopes. */
final class Question {
  final Module model;
  /** The samples, [N, ...]. */
  final Tensor x;
  private final long[] classes;

  private Question(Module model, Tensor x, long[] classes) {
    this.model = model;
    this.x = x;
    this.classes = classes;
  }

  /** Has {@code answer} work with a model in evaluation mode, in a scope that its result outlives. */
  static Tensor ask(Module model, Tensor x, int[] classes, Function<Question, Tensor> answer) {
    if (x.rank() < 2 || x.size(0) == 0 || !x.dtype().isFloating()) {
      throw new JacquardException("explain: the samples are " + x.spec()
          + ", expected [N, ...] of a floating type with one sample or more.");
    }
    return evaluating(model, () -> {
      try (var _ = Scope.open()) {
        var samples = x.detach();
        return answer.apply(new Question(model, samples, picked(model, samples, classes))).detach().keep();
      }
    });
  }

  static <T> T evaluating(Module model, Supplier<T> body) {
    boolean training = model.isTraining();
    model.eval();
    try {
      return body.get();
    } finally {
      if (training) model.train();
    }
  }

  private static long[] picked(Module model, Tensor x, int[] classes) {
    int count = Math.toIntExact(x.size(0));
    try (var _ = Scope.open(); var _ = GradMode.noGrad()) {
      var scores = table(model, x);
      if (classes.length == 0) return scores.argmax(1).toLongs();
      if (classes.length != 1 && classes.length != count) {
        throw new JacquardException("explain: " + classes.length + " classes for " + count
            + " samples, expected one for all, one for each, or none.");
      }
      for (int each : classes) {
        if (each < 0 || each >= scores.size(1)) {
          throw new JacquardException("explain: there is no class " + each + ", expected 0 to "
              + (scores.size(1) - 1) + ".");
        }
      }
      return LongStream.range(0, count).map(i -> classes[classes.length == 1 ? 0 : (int) i]).toArray();
    }
  }

  /** [N, classes] */
  private static Tensor table(Module model, Tensor x) {
    var y = model.call(x);
    if (y.rank() == 1 && y.size(0) == x.size(0)) return y.unsqueeze(1);
    if (y.rank() != 2 || y.size(0) != x.size(0)) {
      throw new JacquardException("explain: the model gives " + y.shape() + " for inputs " + x.shape()
          + ", expected scores [N, classes].");
    }
    return y;
  }

  int count() {
    return classes.length;
  }

  /** Of one of the samples, as a batch of one. */
  Question sample(int i) {
    return new Question(model, x.slice(0, i, i + 1), new long[]{classes[i]});
  }

  /** The scores [M] of other inputs: one for each sample, or any number of them beside a single sample. */
  Tensor scores(Tensor inputs) {
    long count = inputs.size(0);
    var which = classes.length == count ? classes : LongStream.range(0, count).map(_ -> classes[0]).toArray();
    return table(model, inputs).gather(1, Tensor.of(which, Shape.of(count, 1))).squeeze(1);
  }

  /** The scores as numbers. */
  double[] values(Tensor inputs) {
    try (var _ = Scope.open(); var _ = GradMode.noGrad()) {
      return scores(inputs).toDoubles();
    }
  }

  /** How each score changes with its own input; of the inputs' shape. */
  Tensor gradient(Tensor inputs) {
    try (var _ = Scope.open(); var _ = GradMode.enableGrad()) {
      var leaf = inputs.detach().requiresGrad();
      return Gradients.of(scores(leaf).to(DType.FLOAT32).sum(), leaf).keep();
    }
  }

  /** Refuses what is no picture. */
  void requirePictures(String who) {
    if (x.rank() != 4)
      throw new JacquardException(who + ": the samples are " + x.shape()
          + ", expected pictures [N, C, H, W]. Use IntegratedGradients for other samples.");
  }

  /** A shape of one number for each sample, which broadcasts against the samples. */
  long[] perSample() {
    var sizes = new long[x.rank()];
    Arrays.fill(sizes, 1);
    sizes[0] = -1;
    return sizes;
  }
}
