package io.jacquard.nn;

/**
 * x moved by lambda towards 0; what is nearer to 0 than that becomes 0.
 *
 * <pre>{@code
 * var y = new Softshrink(0.5).call(x);
 * }</pre>
 */
public final class Softshrink extends Activation {
  /** With lambda 0.5. */
  public Softshrink() {
    this(0.5);
  }

  /** @param lambda 0 or more */
  public Softshrink(double lambda) {
    super("softshrink", x -> x.softshrink(lambda), Check.notNegative("Softshrink", "lambda", lambda));
  }
}
