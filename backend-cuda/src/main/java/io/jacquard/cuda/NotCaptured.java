package io.jacquard.cuda;

import io.jacquard.JacquardException;

/** While a graph was being captured, something was asked for that no graph can hold. */
final class NotCaptured extends JacquardException {
  private static final long serialVersionUID = 1L;

  NotCaptured(String message) {
    super(message);
  }
}
