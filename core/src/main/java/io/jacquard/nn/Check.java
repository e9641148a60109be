package io.jacquard.nn;

import io.jacquard.JacquardException;

/** Checks of constructor arguments, with messages that name module and argument. */
final class Check {
  private Check() {}

  static void positive(String module, String argument, long value) {
    if (value < 1)
      throw new JacquardException(module + ": " + argument + " is " + value + ", expected 1 or more.");
  }

  /** A probability, from 0 to 1. */
  static void probability(String module, String argument, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new JacquardException(
          module + ": " + argument + " is " + value + ", expected a probability from 0 to 1.");
    }
  }
}
