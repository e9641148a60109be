package io.jacquard.tensor;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.ops.Reduce;
import io.jacquard.ops.ScalarFunction;
import io.jacquard.spi.Reduction.Fold;

/** Classes drawn by their weights, for each row of a matrix. */
final class Multinomial {
  /** The weight up to and with each class, where the class has any: of weight, running sum. */
  private static final ScalarFunction REACHED = ScalarFunction.of("multinomial",
      in -> in[0].gt(0).where(in[1], in[1].constantFor(0)));
  /** 1 from the first class on that reaches beyond a random weight: of what classes reach, and that weight. */
  private static final ScalarFunction BEYOND = ScalarFunction.of("multinomial",
      in -> in[0].gt(in[1]).to(DType.INT32));
  /**
   * The time of each class in a race that one of weight w wins with probability w / sum: an exponential number divided by w.
   * Of two draws, so that the early times, which decide, have all their digits. Classes without weight never arrive.
   */
  private static final ScalarFunction TIMES = ScalarFunction.withParams("multinomial", trace -> {
    var weight = trace.input(1);
    var type = weight.type();
    var fine = RandomTensors.uniform(trace, 1).mul(0x1p-24);
    var unit = RandomTensors.uniform(trace, 0).add(fine).min(1 - 0x1p-24).to(type);
    return weight.gt(0).where(unit.neg().log1p().neg().div(weight), weight.constantFor(Double.NaN));
  });

  private Multinomial() {}

  static Tensor draw(Tensor weights, long samples, boolean replacement) {
    check(weights, samples);
    if (weights.rank() == 1) return draw(weights.unsqueeze(0), samples, replacement).squeeze(0);
    try (var _ = GradMode.noGrad()) {
      checkRows(weights, samples, replacement);
      if (weights.numel() == 0 || samples == 0) {
        return Tensor.zeros(weights.device(), DType.INT64, Shape.of(weights.size(0), samples));
      }
      // Sums of the largest numbers must not overflow.
      var wide = weights.to(weights.dtype().computeType());
      var scaled = wide.div(wide.max(true, 1));
      return replacement ? independent(scaled, samples) : race(scaled, samples);
    }
  }

  /** Each sample is the first class whose running sum lies beyond a random share of the whole. */
  private static Tensor independent(Tensor weights, long samples) {
    var type = weights.dtype();
    var reached = Tensor.apply(REACHED.on(type, type), weights, weights.cumsum(1))[0];
    var share = Tensor.rand(weights.device(), type, Shape.of(weights.size(0), samples))
        .mul(reached.max(true, 1));
    var first = new Reduce("multinomial", Fold.ARGMAX, BEYOND.program(type, type), new int[]{2}, false);
    return Tensor.apply(first, reached.unsqueeze(1), share.unsqueeze(2))[0];
  }

  /** Efraimidis, Spirakis (2006): the first to arrive are a weighted sample without replacement. */
  private static Tensor race(Tensor weights, long samples) {
    var base = Generator.current().base(weights.device());
    var times = RandomTensors.draw(TIMES, 2, new Tensor[]{base, weights});
    return times.argsort(1).slice(1, 0, samples).contiguous();
  }

  private static void check(Tensor weights, long samples) {
    boolean fits = weights.dtype().isFloating() && (weights.rank() == 1 || weights.rank() == 2);
    if (!fits || samples < 0) {
      throw new JacquardException("multinomial: " + samples + " samples of weights " + weights.spec()
          + ", expected 0 or more, and floats of one or two dimensions.");
    }
  }

  private static void checkRows(Tensor weights, long samples, boolean replacement) {
    boolean none = samples == 0 || weights.size(0) == 0;
    if (weights.numel() > 0 && !isTrue(weights.ge(0).and(weights.isFinite()))) {
      throw new JacquardException(
          "multinomial: a weight is negative, infinite or NaN, expected finite ones from 0.");
    }
    long wanted = replacement ? 1 : samples;
    var positive = weights.gt(0).sum(1);
    if (!none && !isTrue(positive.ge(wanted))) {
      throw new JacquardException("multinomial: a row of weights " + weights.spec() + " has "
          + (long) positive.min().item() + " classes with a weight above 0, expected at least " + wanted
          + (replacement ? "." : ". Ask for fewer samples, or for replacement."));
    }
  }

  private static boolean isTrue(Tensor each) {
    return each.all().item() != 0;
  }
}
