package io.jacquard.cpu;

import io.jacquard.expr.Program;
import java.util.Map;
import java.util.WeakHashMap;

/** The code, and with it the kernels, of all programs in use. A program that is no longer used takes its code along. */
final class Kernels implements AutoCloseable {
  final KernelCompiler compiler;
  private final Map<Program, Code> programs = new WeakHashMap<>();

  /** On vectors. */
  Kernels(KernelCompiler.Mode mode) {
    this(new VectorForm(), mode);
  }

  Kernels(Form form, KernelCompiler.Mode mode) {
    compiler = new KernelCompiler(form, mode);
  }

  Code code(Program program) {
    var known = programs.get(program);
    if (known == null) {
      known = new Code(program);
      programs.put(program, known);
    }
    return known;
  }

  @Override
  public void close() {
    compiler.close();
  }
}
