package io.jacquard.kernels.plan;

import io.jacquard.spi.Buffer;
import io.jacquard.spi.View;

/**
 * Memory of a device as kernels take it.
 *
 * <pre>{@code
 * arguments.set(place, KernelBuffer.handle(view));
 * }</pre>
 */
public interface KernelBuffer extends Buffer {
  /** What a kernel gets for the buffer, in 64 bits: OpenCL's handle, or CUDA's address. */
  long handle();

  /** The handle of a view's buffer; where in it the view begins is an argument of its own. */
  static long handle(View view) {
    return ((KernelBuffer) view.buffer()).handle();
  }
}
