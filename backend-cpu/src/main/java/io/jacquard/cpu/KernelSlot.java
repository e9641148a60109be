package io.jacquard.cpu;

/** Where the kernel of one program and access class is found: the best one there is, at any time. */
final class KernelSlot {
  private volatile Kernel kernel;

  KernelSlot(Code code, boolean[] broadcast) {
    kernel = new Interpreter(code, broadcast);
  }

  Kernel get() {
    return kernel;
  }
}
