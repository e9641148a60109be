package io.jacquard.models;

import io.jacquard.JacquardException;
import io.jacquard.tensor.Generator;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Chooses a token by logits: at random, in proportion to {@code exp(logit / temperature)}, among the {@code topK} largest.
 *
 * <pre>{@code
 * var sampler = new Sampler(0.8, 10);
 * int token = sampler.pick(new float[] {1.5f, 0.2f, -3f}, new Generator(7));
 * }</pre>
 *
 * <p>Computed on the host with {@code StrictMath}, one draw a token: the same logits and seed give the same tokens.
 *
 * @param temperature 1 takes probabilities as they are, less makes the likely ones likelier, 0 always takes the largest
 * @param topK how many tokens may be chosen; 0 for all
 */
public record Sampler(double temperature, int topK) {
  public Sampler {
    if (!(temperature >= 0 && Double.isFinite(temperature)))
      throw new JacquardException("Sampler: temperature is " + temperature + ", expected 0 or more.");
    if (topK < 0)
      throw new JacquardException("Sampler: topK is " + topK + ", expected 1 or more, or 0 for all tokens.");
  }

  /** @throws JacquardException if the logits are none, or some is NaN: the model has not learned anything sound */
  public int pick(float[] logits, Generator generator) {
    if (logits.length == 0) throw new JacquardException("Sampler: there are no logits.");
    for (float logit : logits) {
      if (Float.isNaN(logit))
        throw new JacquardException("Sampler: a logit is NaN. The model's weights are not sound.");
    }
    // Equal logits in the order of their numbers: the sort is stable.
    int[] order = IntStream.range(0, logits.length).boxed()
        .sorted(Comparator.comparing((Integer i) -> logits[i]).reversed()).mapToInt(i -> i).toArray();
    float largest = logits[order[0]];
    if (temperature == 0 || topK == 1 || Float.isInfinite(largest)) return order[0];
    if (topK > 0 && topK < order.length) order = Arrays.copyOf(order, topK);
    var sums = new double[order.length];
    double sum = 0;
    for (int i = 0; i < order.length; i++) {
      sum += StrictMath.exp((logits[order[i]] - (double) largest) / temperature);
      sums[i] = sum;
    }
    double at = generator.uniform(1, 0, 1)[0] * sum;
    for (int i = 0; i < order.length; i++) {
      if (at < sums[i]) return order[i];
    }
    return order[0]; // rounding only: the draw is below 1
  }
}
