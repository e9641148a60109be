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

  static void betas(String optimizer, double beta1, double beta2) {
    if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1)) {
      throw new JacquardException(optimizer + ": betas are " + beta1 + " and " + beta2
          + ", expected numbers from 0 to below 1.");
    }
  }

  static void share(String optimizer, String parameter, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new JacquardException(
          optimizer + ": " + parameter + " is " + value + ", expected a number from 0 to 1.");
    }
  }
}
