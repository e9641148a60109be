package io.jacquard.cpu;

/**
 * Where the kernel of one program and access class is found: the best one there is, at any time. That is the
 * interpreter at first. When the program has been used a little, a class is generated for it and run on scratch data
 * until it is compiled, and takes over; both give the same bits, so nothing depends on when.
 */
final class KernelSlot {
  /** Elements that a program must have run over before a class is made for it: most of a test suite's never do. */
  private static final long WORTH_A_CLASS = 2048;

  private final Code code;
  private final boolean[] broadcast;
  private final KernelCompiler compiler;
  private volatile Kernel kernel;
  private long elements;
  private boolean requested;

  KernelSlot(Code code, boolean[] broadcast, KernelCompiler compiler) {
    this.code = code;
    this.broadcast = broadcast;
    this.compiler = compiler;
    requested = compiler.mode != KernelCompiler.Mode.WHEN_READY;
    kernel = compiler.mode == KernelCompiler.Mode.AT_ONCE
        ? KernelWriter.write(code, broadcast, compiler.makesVectors(code, broadcast))
        : new Interpreter(code, broadcast);
  }

  /** The kernel for now, which will be used for so many elements. */
  Kernel get(long n) {
    var now = kernel;
    if (!requested && now instanceof Interpreter) count(n);
    return now;
  }

  // Several threads may come here at once; a lost count or a second request does no harm.
  private void count(long n) {
    elements += n + 64;
    if (elements >= WORTH_A_CLASS) {
      requested = true;
      compiler.request(this);
    }
  }

  Code code() {
    return code;
  }

  boolean[] broadcast() {
    return broadcast;
  }

  void replace(Kernel better) {
    kernel = better;
  }
}
