package io.jacquard.train;

import io.jacquard.tensor.Tensor;

/** A metric made of two functions. */
record GivenMetric(String name, State state, Contribution how, Value of) implements Metric {
  @Override
  public Tensor contribution(Tensor prediction, Tensor target) {
    return how.of(prediction, target);
  }

  @Override
  public double value(double[] state, long samples) {
    return of.of(state, samples);
  }
}
