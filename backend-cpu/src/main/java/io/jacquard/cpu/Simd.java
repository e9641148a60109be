package io.jacquard.cpu;

import java.util.Locale;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The one float vector species of this process, and the register tile that suits it.
 *
 * <p>Everything that computes with vectors uses {@link #FLOATS}. A second float species in the same process makes
 * the Vector API's shared methods megamorphic, after which every operation allocates and runs five times slower or
 * worse; so there are no kernels for other widths, and float64 and integers are scalar loops.
 *
 * <p>The width is the processor's preferred one. {@code -Djacquard.vector.bits=256} or {@code 128} caps it.
 */
final class Simd {
  /** The species of every float vector. */
  static final VectorSpecies<Float> FLOATS = choose();

  /** Floats in a vector. */
  static final int LANES = FLOATS.length();

  /** Bytes in a vector. */
  static final int BYTES = LANES * Float.BYTES;

  /** Vector registers that a kernel may hold. */
  static final int REGISTERS = registers();

  private Simd() {}

  /** For people: for example {@code 512-bit SIMD}. */
  static String describe() {
    return FLOATS.vectorBitSize() + "-bit SIMD";
  }

  private static VectorSpecies<Float> choose() {
    int preferred = FloatVector.SPECIES_PREFERRED.vectorBitSize();
    int cap = Integer.getInteger("jacquard.vector.bits", preferred);
    if (cap != 128 && cap != 256 && cap != 512 && cap != preferred) {
      throw new IllegalArgumentException("jacquard.vector.bits is " + cap + "; expected 128, 256 or 512");
    }
    return VectorShape.forBitSize(Math.min(cap, preferred)).withLanes(float.class);
  }

  // AVX-512 and AArch64 have 32 registers. The API does not say, so: a machine whose preferred width is 512
  // is the
  // former, the architecture's name tells the latter, and anything else has the 16 of AVX2.
  private static int registers() {
    boolean arm = System.getProperty("os.arch").toLowerCase(Locale.ROOT).contains("aarch64");
    return arm || FloatVector.SPECIES_PREFERRED.vectorBitSize() >= 512 ? 32 : 16;
  }
}
