package io.jacquard.cuda;

import io.jacquard.DType;

/** How exactly products of float32 are computed. Those of halves always add up in float32. */
enum MathPolicy {
  /** Every product in float32. */
  FLOAT32(16),
  /** Inputs rounded to 10 bits of mantissa, for the tensor cores; sums in float32. */
  TF32(3 | 16);

  private static final int COMPUTE_32F = 68; // cublasComputeType
  private static final int COMPUTE_32F_FAST_TF32 = 77;
  private static final int COMPUTE_64F = 70;

  /** A cublasMath; 16 keeps cuBLAS from adding up partial results in less than float32. */
  final int mode;

  MathPolicy(int mode) {
    this.mode = mode;
  }

  /** The cudaDataType; -1 if cuBLAS does not multiply it. */
  static int dataType(DType type) {
    return switch (type) {
      case FLOAT32 -> 0;
      case FLOAT64 -> 1;
      case FLOAT16 -> 2;
      case BFLOAT16 -> 14;
      default -> -1;
    };
  }

  int compute(DType inputs) {
    if (inputs == DType.FLOAT64) return COMPUTE_64F;
    return inputs == DType.FLOAT32 && this == TF32 ? COMPUTE_32F_FAST_TF32 : COMPUTE_32F;
  }
}
