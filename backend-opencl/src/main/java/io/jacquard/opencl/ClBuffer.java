package io.jacquard.opencl;

import io.jacquard.spi.Buffer;
import io.jacquard.spi.View;
import org.jocl.cl_mem;

/** A buffer on an OpenCL device. */
record ClBuffer(cl_mem memory, long handle, long bytes) implements Buffer {
  /** The handle of a view's buffer, as kernels take it. */
  static long handle(View view) {
    return ((ClBuffer) view.buffer()).handle;
  }

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
