package io.jacquard.opencl;

import io.jacquard.kernels.plan.KernelBuffer;
import org.jocl.cl_mem;

/** A buffer on an OpenCL device. */
record ClBuffer(cl_mem memory, long handle, long bytes) implements KernelBuffer {
  // Two buffers are never the same, whatever a driver does with handles.

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
