package io.jacquard.cuda;

import io.jacquard.JacquardException;
import io.jacquard.kernels.KernelSource;
import io.jacquard.kernels.plan.Arguments;
import io.jacquard.kernels.plan.Kernel;
import org.jspecify.annotations.Nullable;

/**
 * A kernel, with its arguments in one native block. CUDA starts 65,535 groups in the second and third dimension of a grid;
 * where more are asked for, the kernel is compiled once more, with that dimension and the first exchanged.
 */
final class CudaKernel implements Kernel {
  private static final int DIMENSIONS = 3;
  private static final long MOST_BEHIND_THE_FIRST = 65_535;

  private final CudaCompiler compiler;
  private final CudaQueue queue;
  private final KernelSource source;
  private final int group;
  /** By the dimension that lies in the first of the grid; 0 where it was not asked for yet. */
  private final long[] functions = new long[DIMENSIONS];
  private @Nullable ArgumentBlock block;

  /** Compiles the kernel, if it was not before. */
  CudaKernel(CudaCompiler compiler, CudaQueue queue, KernelSource source, int group) {
    this.compiler = compiler;
    this.queue = queue;
    this.source = source;
    this.group = group;
    functions[0] = compiler.function(source, 0);
  }

  @Override
  public void launch(Arguments arguments, long groups0, long groups1, long groups2) {
    int first = groups1 > MOST_BEHIND_THE_FIRST ? 1 : groups2 > MOST_BEHIND_THE_FIRST ? 2 : 0;
    long x = first == 0 ? groups0 : first == 1 ? groups1 : groups2;
    long y = first == 1 ? groups0 : groups1;
    long z = first == 2 ? groups0 : groups2;
    if (x > Integer.MAX_VALUE || y > MOST_BEHIND_THE_FIRST || z > MOST_BEHIND_THE_FIRST)
      throw new JacquardException("Kernel " + source.name() + " would need " + groups0 + " x " + groups1
          + " x " + groups2 + " groups, and CUDA starts at most 2147483647 in one dimension and 65535 in the "
          + "others. Use smaller tensors.");
    if (functions[first] == 0) functions[first] = compiler.function(source, first);
    queue.launch(source.name(), functions[first], (int) x, (int) y, (int) z, group, 0, fill(arguments));
  }

  private ArgumentBlock fill(Arguments arguments) {
    int count = arguments.count();
    if (block == null) block = new ArgumentBlock(count);
    if (block.count() != count)
      throw new IllegalStateException(
          source.name() + " takes " + block.count() + " arguments, not " + count);
    for (int i = 0; i < count; i++) block.set64(i, arguments.value(i)); // of an int the first four bytes
    return block;
  }
}
