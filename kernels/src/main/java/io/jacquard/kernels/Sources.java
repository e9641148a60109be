package io.jacquard.kernels;

/** Puts a kernel's whole source together. */
final class Sources {
  private Sources() {}

  /** @param wide whether positions have 64 bits: the type {@code idx} */
  static KernelSource of(String name, ProgramWriter program, boolean wide, String kernel) {
    return of(name, program, false, wide, kernel);
  }

  /** @param halves whether the kernel itself knows halves */
  static KernelSource of(String name, ProgramWriter program, boolean halves, boolean wide, String kernel) {
    var text = Dialect.prelude(program.usesFloat64(), halves || program.usesHalves(), program.usesRandom())
        + idx(wide) + program.function() + kernel;
    return new KernelSource(name, text, program.usesFloat64());
  }

  /** A kernel without a program. */
  static KernelSource of(String name, boolean float64, boolean halves, boolean wide, String kernel) {
    return new KernelSource(name, Dialect.prelude(float64, halves, false) + idx(wide) + kernel, float64);
  }

  private static String idx(boolean wide) {
    return "typedef " + (wide ? "i64" : "int") + " idx;\n";
  }
}
