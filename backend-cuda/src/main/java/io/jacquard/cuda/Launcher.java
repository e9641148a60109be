package io.jacquard.cuda;

import io.jacquard.kernels.KernelSource;
import java.util.List;

/**
 * Turns sources into kernels and starts them. It knows nothing of CUDA, so that what plans launches need not either: a
 * source, a group's size, a grid of groups, and arguments in one native block.
 */
interface Launcher extends AutoCloseable {
  /** A compiled source. */
  interface Module {
    /** A kernel of it. */
    Function function(String name);
  }

  /** A kernel that can be started. */
  interface Function {
    /**
     * Starts so many groups in each of three dimensions; asynchronous.
     *
     * @param group the items of a group, all in one dimension
     * @param sharedBytes shared memory beyond what the source declares
     */
    void launch(long gridX, long gridY, long gridZ, int group, int sharedBytes, ArgumentBlock arguments);
  }

  /** Compiles a source, or takes what was compiled before, in this process or an earlier one. */
  Module compile(KernelSource source, List<String> options);

  @Override
  void close();
}
