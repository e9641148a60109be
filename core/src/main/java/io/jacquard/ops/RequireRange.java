package io.jacquard.ops;

import io.jacquard.JacquardException;
import io.jacquard.spi.Spec;
import io.jacquard.tensor.CompositeOp;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Tensor;

/**
 * Refuses integers outside of {@code 0} to {@code bound - 1}; has no output. A backend takes this over to look at the
 * numbers where they lie, and may throw only when the work is waited for; the decomposition fetches their extremes,
 * which makes the host wait.
 *
 * <pre>{@code
 * Tensor.apply(new RequireRange("cross_entropy: label", 10, "Give the model more outputs."), labels);
 * }</pre>
 *
 * @param what what the numbers are, for the message: {@code "cross_entropy: label"}
 * @param bound one above the largest that is allowed
 * @param cure what the user can do
 */
public record RequireRange(String what, long bound, String cure) implements CompositeOp {
  @Override
  public String name() {
    return "require_range";
  }

  @Override
  public Spec[] infer(Spec[] in) {
    if (!in[0].dtype().isInteger()) {
      throw new JacquardException(
          what + " is of type " + in[0].dtype() + ", expected an integer type. " + cure);
    }
    return new Spec[0];
  }

  @Override
  public Tensor[] decompose(Tensor[] in) {
    if (in[0].numel() > 0) {
      try (var _ = GradMode.noGrad()) {
        check((long) in[0].min().item());
        check((long) in[0].max().item());
      }
    }
    return new Tensor[0];
  }

  /** Refuses one number that is out of range. */
  public void check(long number) {
    if (number < 0 || number >= bound) throw refusal(number);
  }

  /** What a number that is out of range is told. */
  public JacquardException refusal(long number) {
    return new JacquardException(
        what + " " + number + " is out of range, expected 0 to " + (bound - 1) + ". " + cure);
  }
}
