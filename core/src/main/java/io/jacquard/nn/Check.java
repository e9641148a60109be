package io.jacquard.nn;

import io.jacquard.JacquardException;
import io.jacquard.Nearest;
import io.jacquard.Shape;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Checks of arguments, with messages that name module and argument. */
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

  static double nonZero(String module, String argument, double value) {
    if (value != 0) return value;
    throw new JacquardException(module + ": " + argument + " is 0, expected another number: it divides.");
  }

  static double notNegative(String module, String argument, double value) {
    if (value >= 0) return value;
    throw new JacquardException(module + ": " + argument + " is " + value + ", expected 0 or more.");
  }

  /** The lower of two bounds, which must be in order. */
  static double below(String module, double low, double high) {
    if (low < high) return low;
    throw new JacquardException(
        module + ": the bounds are " + low + " and " + high + ", expected the lower one first.");
  }

  static String oneOf(String module, String argument, String value, String... allowed) {
    if (List.of(allowed).contains(value)) return value;
    throw new JacquardException(module + ": " + argument + " is '" + value + "', expected one of "
        + String.join(", ", allowed) + "." + Nearest.hint(value, List.of(allowed)));
  }

  /** One number for each of {@code count} dimensions, or one for all; each 1 or more. */
  static void each(String module, String argument, int[] values, int count) {
    if (values.length != 1 && values.length != count) {
      throw new JacquardException(
          module + ": " + argument + " is " + text(values) + ", expected one number, or "
              + count + ".");
    }
    for (int value : values) positive(module, argument, value);
  }

  /** {@code 3}, or {@code (3, 5)}: numbers as a constructor's call shows them. */
  static String text(int[] values) {
    if (values.length == 1) return String.valueOf(values[0]);
    return Arrays.stream(values).mapToObj(String::valueOf).collect(Collectors.joining(", ", "(", ")"));
  }

  static void divides(String module, String argument, int value, String by, int divisor) {
    if (value % divisor != 0) {
      throw new JacquardException(module + ": " + argument + " is " + value + ", expected a multiple of " + by
          + ", which is " + divisor + ".");
    }
  }

  static void sameShape(String loss, Tensor prediction, Tensor target) {
    if (!prediction.shape().equals(target.shape())) {
      throw new JacquardException(loss + ": prediction " + prediction.shape() + " and target "
          + target.shape()
          + ", expected equal shapes. Use reshape() on one of them; broadcasting here would hide a mistake.");
    }
  }

  /** The losses, beside which a weight broadcasts without making them more. */
  static Tensor broadcasts(String loss, Tensor losses, Tensor weight) {
    if (Shape.broadcast(loss, losses.shape(), weight.shape()).equals(losses.shape())) return losses;
    throw new JacquardException(loss + ": a weight of shape " + weight.shape() + " does not broadcast to "
        + losses.shape() + ", expected equal sizes or 1.");
  }
}
