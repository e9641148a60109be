package io.jacquard.ops;

import java.util.Locale;

/**
 * What lies around a tensor that is padded, in PyTorch's words.
 *
 * <pre>{@code
 * var y = Tensor.ones(1, 3, 8, 8).pad(PadMode.REFLECT, 1, 1, 2, 2);   // [1, 3, 12, 10]
 * var layer = new Conv2d(3, 8, 3, ConvOptions.defaults().padding(1).paddingMode(PadMode.CIRCULAR));
 * }</pre>
 */
public enum PadMode {
  /** Zeros. */
  ZEROS,
  /** What lies inside, mirrored at the outermost elements, which are not repeated. */
  REFLECT,
  /** The outermost elements, again and again. */
  REPLICATE,
  /** What lies at the other end. */
  CIRCULAR;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
