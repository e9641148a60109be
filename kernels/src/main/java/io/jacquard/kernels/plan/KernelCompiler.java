package io.jacquard.kernels.plan;

import io.jacquard.kernels.KernelSource;

/**
 * Makes kernels of their sources, each once.
 *
 * <pre>{@code
 * var source = MapKernel.flat(program, new boolean[1], false, 256);
 * var kernel = compiler.kernel(source, 256);
 * }</pre>
 */
@FunctionalInterface
public interface KernelCompiler {
  /**
   * The kernel, compiled now if it was not before.
   *
   * @param group the items of a work-group, all in one dimension
   */
  Kernel kernel(KernelSource source, int group);
}
