package io.jacquard.tensor;

/**
 * What an op's gradient rule needs of the forward pass; bit i stands for input or output i. Outputs that are only saved
 * for the gradient are always kept.
 *
 * <pre>{@code
 * var firstInputOnly = new Keep(0b1, 0);
 * }</pre>
 */
public record Keep(long inputs, long outputs) {
  public static final Keep NOTHING = new Keep(0, 0);
  public static final Keep INPUTS = new Keep(-1, 0);
  public static final Keep OUTPUTS = new Keep(0, -1);
  public static final Keep EVERYTHING = new Keep(-1, -1);

  boolean input(int i) {
    return (inputs >>> i & 1) != 0;
  }

  boolean output(int j) {
    return (outputs >>> j & 1) != 0;
  }
}
