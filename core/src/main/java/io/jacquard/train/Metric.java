package io.jacquard.train;

import io.jacquard.tensor.Tensor;

/**
 * A number that says how good predictions are: summed over samples, then divided by their count.
 *
 * <pre>{@code
 * record Within(double distance) implements Metric {
 *   public String name() {
 *     return "within " + distance;
 *   }
 *
 *   public Tensor sum(Tensor prediction, Tensor target) {
 *     return prediction.sub(target).abs().le(distance).sum();
 *   }
 * }
 * }</pre>
 */
public interface Metric {
  /** The name in histories and on progress lines, such as {@code accuracy}. */
  String name();

  /** The sum over the samples of a batch, as a scalar. */
  Tensor sum(Tensor prediction, Tensor target);

  /** How often the largest of the logits [N, C] is at the label [N]. */
  static Metric accuracy() {
    return new Metric() {
      @Override
      public String name() {
        return "accuracy";
      }

      @Override
      public Tensor sum(Tensor logits, Tensor labels) {
        return logits.argmax(1).eq(labels).sum();
      }
    };
  }
}
