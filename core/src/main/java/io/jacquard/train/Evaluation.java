package io.jacquard.train;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Trainer#evaluate} found. It prints as {@code accuracy 0.9784 · loss 0.0712}.
 *
 * <pre>{@code
 * var result = trainer.evaluate(data);
 * System.out.println(result.loss() + " over " + result.samples() + " samples");
 * }</pre>
 *
 * @param loss the mean over samples
 * @param metricName the name of the trainer's metric; null if it has none
 * @param metric the mean of that metric over samples; NaN if there is none
 * @param samples how many were evaluated
 */
public record Evaluation(double loss, @Nullable String metricName, double metric, long samples) {
  @Override
  public String toString() {
    var lossText = String.format(Locale.ROOT, "loss %.4f", loss);
    return metricName == null
        ? lossText
        : String.format(Locale.ROOT, "%s %.4f · %s", metricName, metric, lossText);
  }
}
