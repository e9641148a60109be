package io.jacquard.opencl;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandle;

/**
 * The few OpenCL functions that every step calls, bound directly: through JOCL setting one argument costs 0.5 µs and an
 * object. All take raw handles and addresses, and give OpenCL's error code. To be touched only where there is a loader.
 */
final class Cl {
  private static final MethodHandle SET_ARG = bind("clSetKernelArg", JAVA_LONG, JAVA_INT, JAVA_LONG,
      JAVA_LONG);
  private static final MethodHandle LAUNCH = bind("clEnqueueNDRangeKernel", JAVA_LONG, JAVA_LONG, JAVA_INT,
      JAVA_LONG,
      JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle READ = bind("clEnqueueReadBuffer", JAVA_LONG, JAVA_LONG, JAVA_INT,
      JAVA_LONG,
      JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle WRITE = bind("clEnqueueWriteBuffer", JAVA_LONG, JAVA_LONG, JAVA_INT,
      JAVA_LONG,
      JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle FLUSH = bind("clFlush", JAVA_LONG);
  private static final MethodHandle FINISH = bind("clFinish", JAVA_LONG);

  private Cl() {}

  @SuppressWarnings("restricted") // the launcher allows native access
  private static MethodHandle bind(String name, MemoryLayout... arguments) {
    var loader = Natives.loader();
    if (loader == null) throw new UnsatisfiedLinkError("no OpenCL loader");
    var function = loader.find(name).orElseThrow(() -> new UnsatisfiedLinkError(name));
    return Linker.nativeLinker().downcallHandle(function, FunctionDescriptor.of(JAVA_INT, arguments));
  }

  static int setKernelArg(long kernel, int index, long size, long address) {
    try {
      return (int) SET_ARG.invokeExact(kernel, index, size, address);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int enqueueKernel(long queue, long kernel, int dimensions, long global, long local) {
    try {
      return (int) LAUNCH.invokeExact(queue, kernel, dimensions, 0L, global, local, 0, 0L, 0L);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int enqueueRead(long queue, long buffer, boolean wait, long offset, long bytes, long address) {
    try {
      return (int) READ.invokeExact(queue, buffer, wait ? 1 : 0, offset, bytes, address, 0, 0L, 0L);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int enqueueWrite(long queue, long buffer, boolean wait, long offset, long bytes, long address) {
    try {
      return (int) WRITE.invokeExact(queue, buffer, wait ? 1 : 0, offset, bytes, address, 0, 0L, 0L);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int flush(long queue) {
    try {
      return (int) FLUSH.invokeExact(queue);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int finish(long queue) {
    try {
      return (int) FINISH.invokeExact(queue);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static IllegalStateException unexpected(Throwable e) {
    return new IllegalStateException("a call of OpenCL", e);
  }
}
