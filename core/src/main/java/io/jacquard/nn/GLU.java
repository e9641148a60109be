package io.jacquard.nn;

import io.jacquard.tensor.Tensor;

/**
 * The first half of a dimension times the sigmoid of the second half: {@code [.., 2n] -> [.., n]} (Dauphin et al. 2017).
 *
 * <pre>{@code
 * var y = new GLU().call(Tensor.ones(8, 20));   // [8, 10]
 * }</pre>
 */
public final class GLU extends Module {
  private final int dim;

  /** Along the last dimension. */
  public GLU() {
    this(-1);
  }

  /** @param dim negative ones count from the last; its size must be even */
  public GLU(int dim) {
    this.dim = dim;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.glu(dim);
  }

  @Override
  public String toString() {
    return "GLU(" + dim + ")";
  }
}
