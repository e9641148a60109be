package io.jacquard.train;

import io.jacquard.JacquardException;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/**
 * What an epoch brought. It prints as {@code Epoch 3: accuracy 0.9712 · loss 0.0987}.
 *
 * <pre>{@code
 * var history = trainer.fit(data, Fit.epochs(5));
 * for (var epoch : history.epochs()) System.out.println(epoch.number() + ": " + epoch.value("loss"));
 * }</pre>
 *
 * @param number from 1
 * @param values by name, in the order of display: {@code accuracy}, {@code loss}, {@code val_accuracy}, {@code val_loss};
 *        means over samples
 * @param seconds the time of its training steps
 * @param samplesPerSecond training samples by that time
 * @param complete whether it was not stopped early
 */
public record Epoch(int number, SequencedMap<String, Double> values, double seconds, double samplesPerSecond,
    boolean complete) {
  /**
   * One of the values.
   *
   * @throws JacquardException naming those that there are, if it is none of them
   */
  public double value(String name) {
    var value = values.get(name);
    if (value == null) {
      throw new JacquardException(
          "Epoch " + number + " has no value '" + name + "', expected one of " + values.keySet() + ".");
    }
    return value;
  }

  @Override
  public String toString() {
    return "Epoch " + number + ": " + values.entrySet().stream()
        .map(e -> String.format(Locale.ROOT, "%s %.4f", e.getKey(), e.getValue()))
        .collect(Collectors.joining(" · "));
  }
}
