package io.jacquard.tensor;

/** Random choices by the probabilities in a {@link Tensor}, of the current {@link Generator}. */
sealed interface TensorRandom extends Shaped permits Tensor {
  /**
   * 1 with the probability that each element gives, otherwise 0, in this tensor's type: one draw. What is no probability
   * gives NaN, where PyTorch raises an error: to look for it would make the host wait.
   */
  default Tensor bernoulli() {
    return RandomTensors.bernoulli(self());
  }

  /** See {@link #multinomial(long, boolean)}, without replacement, as is PyTorch's default. */
  default Tensor multinomial(long samples) {
    return multinomial(samples, false);
  }

  /**
   * Classes drawn by their weights, which need not add up to 1: {@code [classes] -> [samples]} or {@code [rows, classes] ->
   * [rows, samples]}, int64. Without replacement, the logarithm is the device's own, so a draw may differ between devices.
   *
   * <p>The weights are looked at first, so the host waits, and a training step in which this happens cannot be replayed.
   *
   * @throws io.jacquard.JacquardException on weights that are negative or not finite; on a row with none above 0, or without
   *         replacement with fewer than {@code samples}
   */
  default Tensor multinomial(long samples, boolean replacement) {
    return Multinomial.draw(self(), samples, replacement);
  }

  private Tensor self() {
    return (Tensor) this;
  }
}
