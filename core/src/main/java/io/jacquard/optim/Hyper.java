package io.jacquard.optim;

import io.jacquard.JacquardException;

/** Checks of hyperparameters, with messages that name optimizer and parameter. */
final class Hyper {
  private Hyper() {}

  static void atLeastZero(String optimizer, String parameter, double value) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw new JacquardException(
          optimizer + ": " + parameter + " is " + value + ", expected a number from 0 on.");
    }
  }
}
