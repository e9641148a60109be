package io.jacquard.kernels;

import io.jacquard.DType;
import java.util.Map;

/** How wide the vectors of {@code vectors.h} are, for kernels in which one item drives a CPU's whole SIMD unit. */
final class Vectors {
  /** Bytes of a vector; compilers cut it into what the processor has. */
  private static final int BYTES = 64;

  private Vectors() {}

  static int lanes(DType type) {
    return BYTES / type.bytes();
  }

  /** The text of {@code vectors.h} for float32 or float64. */
  static String text(DType type) {
    int lanes = lanes(type);
    return Dialect.fill("vectors.h",
        Map.of("lanes", Integer.toString(lanes), "vector", CType.value(type) + lanes, "positions",
            (type == DType.FLOAT32 ? "int" : "long") + lanes));
  }
}
