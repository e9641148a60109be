package io.jacquard.nn;

import io.jacquard.ops.Scalars;

/**
 * x times the normal distribution function of x (Hendrycks, Gimpel 2016), in the exact form with erf or approximated with
 * tanh.
 *
 * <pre>{@code
 * var y = new GELU().call(x);
 * var asGpt2 = new GELU("tanh").call(x);
 * }</pre>
 */
public final class GELU extends Activation {
  /** The exact form. */
  public GELU() {
    super(Scalars.GELU);
  }

  /** @param approximate {@code "none"} for the exact form, {@code "tanh"} for the approximation */
  public GELU(String approximate) {
    super(Check.oneOf("GELU", "approximate", approximate, "none", "tanh").equals("tanh")
        ? Scalars.GELU_TANH
        : Scalars.GELU, approximate);
  }
}
