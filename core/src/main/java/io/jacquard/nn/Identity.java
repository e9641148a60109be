package io.jacquard.nn;

import io.jacquard.tensor.Tensor;

/**
 * Hands on what it gets: a place for a layer that a variant of a network leaves out.
 *
 * <pre>{@code
 * var model = Sequential.of(new Linear(8, 8), new Identity());
 * }</pre>
 */
public final class Identity extends Module {
  @Override
  protected Tensor forward(Tensor x) {
    return x;
  }
}
