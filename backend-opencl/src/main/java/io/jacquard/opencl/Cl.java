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
 * Tests extend it to have a device fail.
 */
class Cl {
  static final Cl NATIVE = new Cl();

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

  private static final MethodHandle PROFILE = bind("clGetEventProfilingInfo", JAVA_LONG, JAVA_INT, JAVA_LONG,
      JAVA_LONG, JAVA_LONG);
  private static final MethodHandle RELEASE_EVENT = bind("clReleaseEvent", JAVA_LONG);

  @SuppressWarnings("restricted") // the launcher allows native access
  private static MethodHandle bind(String name, MemoryLayout... arguments) {
    var loader = Natives.loader();
    if (loader == null) throw new UnsatisfiedLinkError("no OpenCL loader");
    var function = loader.find(name).orElseThrow(() -> new UnsatisfiedLinkError(name));
    return Linker.nativeLinker().downcallHandle(function, FunctionDescriptor.of(JAVA_INT, arguments));
  }

  int setKernelArg(long kernel, int index, long size, long address) {
    try {
      return (int) SET_ARG.invokeExact(kernel, index, size, address);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** @param event where the handle of an event is put; 0 for no event */
  int enqueueKernel(long queue, long kernel, int dimensions, long global, long local, long event) {
    try {
      return (int) LAUNCH.invokeExact(queue, kernel, dimensions, 0L, global, local, 0, 0L, event);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  int enqueueRead(long queue, long buffer, boolean wait, long offset, long bytes, long address) {
    try {
      return (int) READ.invokeExact(queue, buffer, wait ? 1 : 0, offset, bytes, address, 0, 0L, 0L);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  int enqueueWrite(long queue, long buffer, boolean wait, long offset, long bytes, long address) {
    try {
      return (int) WRITE.invokeExact(queue, buffer, wait ? 1 : 0, offset, bytes, address, 0, 0L, 0L);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  int flush(long queue) {
    try {
      return (int) FLUSH.invokeExact(queue);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  int finish(long queue) {
    try {
      return (int) FINISH.invokeExact(queue);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** @param what {@code CL_PROFILING_COMMAND_START} or the like; a time in nanoseconds is put at the address */
  int eventTime(long event, int what, long address) {
    try {
      return (int) PROFILE.invokeExact(event, what, 8L, address, 0L);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  int releaseEvent(long event) {
    try {
      return (int) RELEASE_EVENT.invokeExact(event);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static IllegalStateException unexpected(Throwable e) {
    return new IllegalStateException("a call of OpenCL", e);
  }
}
