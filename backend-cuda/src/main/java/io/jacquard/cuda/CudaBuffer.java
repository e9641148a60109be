package io.jacquard.cuda;

import io.jacquard.kernels.plan.KernelBuffer;
import io.jacquard.spi.View;

/** A piece of a GPU's memory. */
record CudaBuffer(long address, long bytes) implements KernelBuffer {
  @Override
  public long handle() {
    return address;
  }

  /** The address of a view's first element. */
  static long address(View view) {
    return ((CudaBuffer) view.buffer()).address + view.layout().offset() * view.dtype().bytes();
  }

  // Two buffers are never the same, though one may get the address that another had.

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
