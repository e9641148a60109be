package io.jacquard.kernels.plan;

/**
 * A compiled kernel.
 *
 * <pre>{@code
 * var arguments = new Arguments();
 * int x = arguments.buffer();
 * arguments.set(x, KernelBuffer.handle(view));
 * kernel.launch(arguments, 100, 1, 1);
 * }</pre>
 */
public interface Kernel {
  /**
   * Starts so many work-groups in each of three dimensions, of as many items as the kernel was compiled for; asynchronous.
   * It takes the arguments' values as they are now, and makes no garbage.
   */
  void launch(Arguments arguments, long groups0, long groups1, long groups2);
}
