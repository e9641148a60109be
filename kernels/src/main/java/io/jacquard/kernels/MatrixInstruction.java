package io.jacquard.kernels;

import io.jacquard.DType;

/**
 * Instructions that multiply small matrices of float16 and add them up in float32 ({@code matrix.h}). No driver is believed
 * that it has one: {@link io.jacquard.kernels.check.MatrixProbe} compiles a product with it and compares what comes out.
 *
 * <pre>{@code
 * var tuning = new Tuning(256, 256, 48 << 10, false, null, true).with(MatrixInstruction.AMD_RDNA3);
 * }</pre>
 */
public enum MatrixInstruction {
  /** {@code v_wmma_f32_16x16x16_f16}, of gfx11. */
  AMD_RDNA3("MATRIX_RDNA3", 32, ""),
  /** {@code v_mfma_f32_16x16x16f16}, of gfx908 and later gfx9. */
  AMD_CDNA("MATRIX_CDNA", 64, ""),
  /** {@code cl_intel_subgroup_matrix_multiply_accumulate}, with sub-groups of 16. */
  INTEL("MATRIX_INTEL", 16, "__attribute__((intel_reqd_sub_group_size(16)))"),
  /** {@code mma.sync.m16n8k16}, of sm_80 and later, as inline PTX. */
  NVIDIA("MATRIX_NVIDIA", 32, ""),
  /** None: one item computes everything, for tests of what surrounds an instruction. */
  EMULATED("MATRIX_EMULATED", 1, "");

  /** Blocks of 16 x 16 that a sub-group computes: 4 below each other, 2 beside each other. */
  public static final MatmulTile TILE = new MatmulTile(true, 2, 4, 16, 16, 16);

  private final String macro;
  private final int lanes;
  private final String subGroup;

  MatrixInstruction(String macro, int lanes, String subGroup) {
    this.macro = macro;
    this.lanes = lanes;
    this.subGroup = subGroup;
  }

  /** Items of a sub-group, which is a work-group. */
  public int lanes() {
    return lanes;
  }

  /** What a kernel says of its sub-groups. */
  String subGroup() {
    return subGroup;
  }

  /** Whether a work-group may have several sub-groups, and bfloat16 and TF32 are multiplied, too: {@code fragments.h}. */
  public boolean hasFragments() {
    return this == NVIDIA;
  }

  /** {@code fragments.h} with this instruction, for words of a type; float32 is rounded to TF32. */
  String fragments(DType type) {
    var word = switch (type) {
      case FLOAT16 -> "F16";
      case BFLOAT16 -> "BF16";
      case FLOAT32 -> "TF32";
      default -> throw new IllegalArgumentException(type + " has no fragments");
    };
    return "#define " + macro + "\n#define FRAGMENT_" + word + "\n#line 1 \"fragments.h\"\n"
        + Dialect.file("fragments.h");
  }

  /** {@code matrix.h} with this instruction. */
  String text() {
    return (hasFragments() ? fragments(DType.FLOAT16) : "#define " + macro + "\n") + "#line 1 \"matrix.h\"\n"
        + Dialect.file("matrix.h");
  }
}
