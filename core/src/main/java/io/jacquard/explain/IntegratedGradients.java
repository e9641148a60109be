package io.jacquard.explain;

import io.jacquard.JacquardException;
import io.jacquard.nn.Module;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What each input contributes to the score, beyond what the score is for a baseline: the input's distance from the
 * baseline times the mean gradient on the straight way there (Sundararajan, Taly, Yan: Axiomatic Attribution for Deep
 * Networks, ICML 2017, equation 1).
 *
 * <pre>{@code
 * var map = IntegratedGradients.of().of(model, images);                          // beside black pictures
 * var other = IntegratedGradients.of().baseline(Tensor.full(Shape.of(1, 28, 28), DType.FLOAT32, 0.5)).of(model, images);
 * }</pre>
 *
 * <p>The contributions add up to the difference of the two scores (the paper's axiom of completeness). The mean is taken over
 * points in the middle of equal pieces of the way, at first 27 and three times as many again and again, until that sum is
 * right to {@code tolerance}, in units of the score; or to a millionth of the difference where that is more, since float32
 * knows no better. With {@code most} points it ends in any case; {@link #gap} says what is missing then.
 *
 * @param baseline of one sample's shape; null for zeros
 */
public record IntegratedGradients(@Nullable Tensor baseline, double tolerance,
    int most) implements Attribution {
  private static final int FIRST = 27;
  private static final int MOST = 19_683;
  /** What the numbers themselves resolve: eight units in the last place of float32. */
  private static final double RESOLVED = 1e-6;
  /** Points that go through the model at a time. */
  private static final int BATCH = 64;

  public IntegratedGradients {
    if (!(tolerance > 0) || most < FIRST) {
      throw new JacquardException("IntegratedGradients: tolerance " + tolerance + " with at most " + most
          + " points, expected a tolerance above 0 and " + FIRST + " points or more.");
    }
  }

  /** Beside zeros, complete to 1e-3, with at most 19,683 points; some hundred are usual. */
  public static IntegratedGradients of() {
    return new IntegratedGradients(null, 1e-3, MOST);
  }

  /** Beside another sample: what is to count as nothing. */
  public IntegratedGradients baseline(Tensor baseline) {
    return new IntegratedGradients(baseline, tolerance, most);
  }

  @Override
  public Tensor of(Module model, Tensor x, int... classes) {
    return Question.ask(model, x, classes, question -> {
      var parts = new Tensor[question.count()];
      for (int i = 0; i < parts.length; i++) parts[i] = contributions(question.sample(i));
      return Tensor.concat(0, parts);
    });
  }

  /**
   * How far contributions are from what they should add up to, for each sample.
   *
   * @param contributions what {@link #of} gave for the same model, samples and classes
   */
  public double[] gap(Module model, Tensor x, Tensor contributions, int... classes) {
    var gaps = new double[Math.toIntExact(x.size(0))];
    Question.ask(model, x, classes, question -> {
      var from = question.values(begin(question.x).expand(question.x.shape()));
      var to = question.values(question.x);
      var sums = contributions.flatten(1).sum(1).toDoubles();
      Arrays.setAll(gaps, i -> sums[i] - (to[i] - from[i]));
      return question.x;
    });
    return gaps;
  }

  private Tensor begin(Tensor x) {
    if (baseline == null) return Tensor.zerosLike(x.slice(0, 0, 1));
    if (!baseline.shape().equals(x.shape().without(0))) {
      throw new JacquardException("IntegratedGradients: the baseline is " + baseline.shape()
          + ", expected the shape of one sample, " + x.shape().without(0) + ".");
    }
    return baseline.to(x.dtype()).unsqueeze(0);
  }

  private Tensor contributions(Question question) {
    var begin = begin(question.x);
    var way = question.x.sub(begin);
    double difference = question.values(question.x)[0] - question.values(begin)[0];
    var sum = Tensor.zerosLike(question.x);
    for (int points = FIRST;; points *= 3) {
      // Of three times as many points every third one is known: the middle of a piece stays its middle.
      boolean first = points == FIRST;
      int all = points;
      var fractions = IntStream.range(0, points).filter(i -> first || i % 3 != 1)
          .mapToDouble(i -> (i + 0.5) / all).toArray();
      sum = sum.add(gradients(question, begin, way, fractions));
      var contributions = way.mul(sum.div(points));
      double gap = Math.abs(contributions.sum().item() - difference);
      if (gap <= Math.max(tolerance, RESOLVED * Math.abs(difference)) || points > most / 3)
        return contributions;
    }
  }

  /** The sum of the gradients at points of the way. */
  private static Tensor gradients(Question question, Tensor begin, Tensor way, double[] fractions) {
    var sum = Tensor.zerosLike(question.x);
    for (int from = 0; from < fractions.length; from += BATCH) {
      try (var _ = Scope.open()) {
        var part = Arrays.copyOfRange(fractions, from, Math.min(from + BATCH, fractions.length));
        var points = Tensor.of(part).to(way.dtype()).reshape(question.perSample()).mul(way).add(begin);
        sum = sum.add(question.gradient(points).sum(true, 0)).keep();
      }
    }
    return sum;
  }
}
