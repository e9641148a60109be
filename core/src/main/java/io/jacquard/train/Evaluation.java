package io.jacquard.train;

import io.jacquard.JacquardException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Trainer#evaluate} found. It prints as {@code accuracy 0.9784 · loss 0.0712}.
 *
 * <pre>{@code
 * var test = trainer.evaluate(mnist.test());
 * System.out.println(test.value("accuracy"));
 * }</pre>
 *
 * @param loss the mean over samples
 * @param metrics the trainer's metrics by name, in their order
 * @param samples how many were evaluated
 * @param confusion what was taken for what, if one of the metrics counts it, as precision, recall and F1 do
 */
public record Evaluation(double loss, SequencedMap<String, Double> metrics, long samples,
    Optional<ConfusionMatrix> confusion) {
  public Evaluation {
    metrics = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(metrics));
  }

  /** The name of the trainer's first metric; null if it has none. */
  public @Nullable String metricName() {
    return metrics.isEmpty() ? null : metrics.firstEntry().getKey();
  }

  /** The value of the trainer's first metric; NaN if there is none. */
  public double metric() {
    return metrics.isEmpty() ? Double.NaN : metrics.firstEntry().getValue();
  }

  /**
   * One of the values: {@code loss} or a metric's.
   *
   * @throws JacquardException naming those that there are, if it is none of them
   */
  public double value(String name) {
    if (name.equals("loss")) return loss;
    var value = metrics.get(name);
    if (value == null) {
      throw new JacquardException("The evaluation has no value '" + name + "', expected loss or one of "
          + metrics.keySet() + ".");
    }
    return value;
  }

  @Override
  public String toString() {
    return Stream
        .concat(metrics.entrySet().stream().map(e -> text(e.getKey(), e.getValue())),
            Stream.of(text("loss", loss)))
        .collect(Collectors.joining(" · "));
  }

  private static String text(String name, double value) {
    return String.format(Locale.ROOT, "%s %.4f", name, value);
  }
}
