package io.jacquard.opencl;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jacquard.kernels.plan.Arguments;
import io.jacquard.kernels.plan.Kernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jocl.CL;
import org.jocl.cl_kernel;

/**
 * A compiled kernel and the arguments that it has at present: those that do not change from launch to launch are not set
 * again. Launching allocates nothing.
 */
final class ClKernel implements Kernel {
  private final Queue queue;
  final String name;
  /** Items in a work-group. */
  final int group;
  private final cl_kernel kernel;
  private final long handle;
  private final long[] current;
  private boolean fresh = true;
  private int frees;
  /** One argument; then three global sizes; then three local ones. */
  private final MemorySegment memory = Arena.ofAuto().allocate(7 * 8, 8);

  ClKernel(Queue queue, String name, cl_kernel kernel, int arguments, int group) {
    this.queue = queue;
    this.name = name;
    this.kernel = kernel;
    this.group = group;
    handle = kernel.getNativePointer();
    current = new long[arguments];
    memory.setAtIndex(JAVA_LONG, 4, group);
    memory.setAtIndex(JAVA_LONG, 5, 1);
    memory.setAtIndex(JAVA_LONG, 6, 1);
  }

  @Override
  public void launch(Arguments arguments, long groups0, long groups1, long groups2) {
    if (arguments.count() != current.length)
      throw new IllegalStateException(
          name + " takes " + current.length + " arguments, not " + arguments.count());
    boolean all = fresh || frees != queue.frees();
    for (int i = 0; i < current.length; i++) {
      long value = arguments.value(i);
      if (all || value != current[i]) set(i, arguments.size(i), value);
    }
    fresh = false;
    frees = queue.frees();
    memory.setAtIndex(JAVA_LONG, 1, groups0 * group);
    memory.setAtIndex(JAVA_LONG, 2, groups1);
    memory.setAtIndex(JAVA_LONG, 3, groups2);
    int code = queue.launch(name, handle, groups1 == 1 && groups2 == 1 ? 1 : 3, memory.address() + 8,
        memory.address() + 32);
    if (code != 0)
      throw queue.failed(code,
          "Kernel " + name + " of " + groups0 + " x " + groups1 + " x " + groups2
              + " work-groups of " + group + " items");
  }

  void close() {
    CL.clReleaseKernel(kernel);
  }

  private void set(int index, int size, long value) {
    memory.setAtIndex(JAVA_LONG, 0, value); // little-endian: of an int the first four bytes
    int code = queue.setArgument(handle, index, size, memory.address());
    if (code != 0)
      throw queue.failed(code, "Argument " + index + " (" + size + " bytes) of kernel " + name);
    current[index] = value;
  }
}
