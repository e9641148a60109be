package io.jacquard.nn;

import io.jacquard.JacquardException;
import io.jacquard.tensor.Tensor;

/**
 * What a block computes, added to its input: {@code x + body(x)} (He et al. 2016). The gradient passes by the block
 * unchanged, which is why networks of a thousand layers can learn.
 *
 * <pre>{@code
 * var block = Residual.of(Sequential.of(new Linear(64, 64), new ReLU(), new Linear(64, 64)));
 * var larger = Residual.of(new Linear(64, 128), new Linear(64, 128, false));   // with a shortcut that fits the shape
 * }</pre>
 *
 * <p>Keys begin with {@code body} and {@code shortcut}.
 */
public final class Residual extends Module {
  private final Module body;
  private final Module shortcut;

  private Residual(Module body, Module shortcut) {
    this.body = add("body", body);
    this.shortcut = add("shortcut", shortcut);
  }

  /** {@code x + body(x)}: the body keeps the shape. */
  public static Residual of(Module body) {
    return new Residual(body, new Identity());
  }

  /** {@code shortcut(x) + body(x)}, where the body changes the shape. */
  public static Residual of(Module body, Module shortcut) {
    return new Residual(body, shortcut);
  }

  @Override
  protected Tensor forward(Tensor x) {
    var y = body.call(x);
    var passed = shortcut.call(x);
    if (!y.shape().equals(passed.shape())) {
      throw new JacquardException("Residual: the body gives " + y.shape() + " beside " + passed.shape()
          + ", expected equal shapes. Give a shortcut that changes the shape as the body does.");
    }
    return passed.add(y);
  }
}
