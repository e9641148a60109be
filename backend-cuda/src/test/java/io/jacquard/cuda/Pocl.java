package io.jacquard.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * PoCL, which compiles kernels for this machine's processor, as far as a stand-in for a GPU needs it. Its device is the
 * processor, so that it works on any address of this process, as a GPU does on any of its own.
 */
@SuppressWarnings("restricted") // tests run with native access
final class Pocl {
  private static final long CPU = 2; // CL_DEVICE_TYPE_CPU
  private static final int PLATFORM_NAME = 0x0902;
  private static final int BUILD_LOG = 0x1183;
  private static final int NUM_ARGS = 0x1191;
  private static final int ARG_ADDRESS_QUALIFIER = 0x1196;
  private static final int ADDRESS_GLOBAL = 0x119B;
  private static final int INVALID_ARG_SIZE = -51;
  private static final String OPTIONS = "-cl-std=CL1.2 -w -cl-fp32-correctly-rounded-divide-sqrt -DHAVE_F64 -cl-kernel-arg-info";

  /** What stands for a compiled kernel: which arguments are addresses, and what bytes the others have. */
  private record ClKernel(long handle, boolean[] addresses, int[] sizes) {}

  private static final class Once {
    static final @Nullable Pocl FOUND = find();
  }

  private final Arena arena = Arena.ofShared();
  private final MemorySegment words = arena.allocate(64, 8);
  private final SymbolLookup loader;
  private final long device;
  private final long context;
  private final long queue;
  private final Map<String, ClKernel> kernels = new HashMap<>();
  private final MethodHandle setArg;
  private final MethodHandle setAddress;
  private final MethodHandle enqueue;
  private final MethodHandle finish;

  private Pocl(SymbolLookup loader, long device) {
    this.loader = loader;
    this.device = device;
    words.set(JAVA_LONG, 0, device);
    context = make("clCreateContext", 0L, 1, words.address(), 0L, 0L, words.address() + 8);
    queue = make("clCreateCommandQueue", context, device, 0L, words.address() + 8);
    setArg = bind(loader, "clSetKernelArg", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
    setAddress = bind(loader, "clSetKernelArgSVMPointer", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG);
    enqueue = bind(loader, "clEnqueueNDRangeKernel", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG,
        JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
    finish = bind(loader, "clFinish", JAVA_INT, JAVA_LONG);
  }

  /** PoCL; skips the test where it is not installed. */
  static Pocl orSkip() {
    assumeTrue(Once.FOUND != null, "PoCL is not installed, which computes in the place of a GPU");
    return java.util.Objects.requireNonNull(Once.FOUND);
  }

  private static @Nullable Pocl find() {
    try (var arena = Arena.ofConfined()) {
      var loader = SymbolLookup.libraryLookup("libOpenCL.so.1", Arena.global());
      var found = arena.allocate(16 * 8 + 8, 8);
      call(loader, "clGetPlatformIDs", JAVA_INT, 15, found.address() + 8, found.address());
      int count = found.get(JAVA_INT, 0);
      for (int p = 0; p < count; p++) {
        long platform = found.getAtIndex(JAVA_LONG, 1 + p);
        var name = arena.allocate(256);
        call(loader, "clGetPlatformInfo", JAVA_INT, platform, PLATFORM_NAME, 256L, name.address(), 0L);
        if (!name.getString(0).contains("Portable Computing Language")) continue;
        var device = arena.allocate(8, 8);
        if ((int) call(loader, "clGetDeviceIDs", JAVA_INT, platform, CPU, 1, device.address(), 0L) == 0)
          return new Pocl(loader, device.get(JAVA_LONG, 0));
      }
    } catch (IllegalArgumentException _) {
      // no loader of OpenCL
    }
    return null;
  }

  private static MethodHandle bind(SymbolLookup loader, String function, MemoryLayout result,
      MemoryLayout... arguments) {
    return Linker.nativeLinker().downcallHandle(loader.find(function).orElseThrow(),
        FunctionDescriptor.of(result, arguments));
  }

  /** Calls a function whose arguments are ints, and longs or addresses. */
  private static Object call(SymbolLookup loader, String function, MemoryLayout result, Object... arguments) {
    var layouts = new MemoryLayout[arguments.length];
    for (int i = 0; i < layouts.length; i++) layouts[i] = arguments[i] instanceof Long ? JAVA_LONG : JAVA_INT;
    try {
      return bind(loader, function, result, layouts).invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new AssertionError(function, e);
    }
  }

  private long make(String function, Object... arguments) {
    return (long) call(loader, function, JAVA_LONG, arguments);
  }

  private int ask(String function, Object... arguments) {
    return (int) call(loader, function, JAVA_INT, arguments);
  }

  /** Compiles a kernel, each text once in a process. */
  void compile(String name, String text) {
    kernels.computeIfAbsent(text, t -> kernel(name, t));
  }

  private ClKernel kernel(String name, String text) {
    try (var temporary = Arena.ofConfined()) {
      var source = temporary.allocateFrom(text);
      words.set(JAVA_LONG, 0, source.address());
      long program = make("clCreateProgramWithSource", context, 1, words.address(), 0L, words.address() + 8);
      words.set(JAVA_LONG, 0, device);
      int code = ask("clBuildProgram", program, 1, words.address(),
          temporary.allocateFrom(OPTIONS).address(), 0L, 0L);
      if (code != 0) throw new AssertionError(name + " does not compile: " + log(program, temporary));
      long kernel = make("clCreateKernel", program, temporary.allocateFrom(name).address(),
          words.address() + 8);
      ask("clGetKernelInfo", kernel, NUM_ARGS, 4L, words.address(), 0L);
      int count = words.get(JAVA_INT, 0);
      var addresses = new boolean[count];
      for (int i = 0; i < count; i++) {
        code = ask("clGetKernelArgInfo", kernel, i, ARG_ADDRESS_QUALIFIER, 4L, words.address(), 0L);
        if (code != 0) throw new AssertionError(name + ", argument " + i + ": error " + code);
        addresses[i] = words.get(JAVA_INT, 0) == ADDRESS_GLOBAL;
      }
      return new ClKernel(kernel, addresses, new int[count]);
    }
  }

  private String log(long program, Arena temporary) {
    int bytes = 1 << 16;
    var log = temporary.allocate(bytes);
    ask("clGetProgramBuildInfo", program, device, BUILD_LOG, (long) bytes, log.address(), 0L);
    return log.getString(0);
  }

  /** Runs a compiled kernel and waits for it. */
  void run(String text, int[] groups, int group, long[] arguments) {
    var kernel = kernels.get(text);
    if (arguments.length != kernel.sizes.length)
      throw new AssertionError("a kernel of " + kernel.sizes.length + " arguments gets " + arguments.length);
    try {
      for (int i = 0; i < arguments.length; i++) set(kernel, i, arguments[i]);
      for (int d = 0; d < 3; d++) {
        words.setAtIndex(JAVA_LONG, d, (long) groups[d] * (d == 0 ? group : 1));
        words.setAtIndex(JAVA_LONG, 3 + d, d == 0 ? group : 1);
      }
      check((int) enqueue.invokeExact(queue, kernel.handle, 3, 0L, words.address(), words.address() + 24, 0,
          0L, 0L));
      check((int) finish.invokeExact(queue));
    } catch (Error | RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Of numbers, the bytes that they have are found by asking once. */
  private void set(ClKernel kernel, int i, long value) throws Throwable {
    if (kernel.addresses[i]) {
      check((int) setAddress.invokeExact(kernel.handle, i, value));
      return;
    }
    words.set(JAVA_LONG, 0, value);
    if (kernel.sizes[i] == 0) kernel.sizes[i] = setSized(kernel, i, 8) == INVALID_ARG_SIZE ? 4 : 8;
    check(setSized(kernel, i, kernel.sizes[i]));
  }

  private int setSized(ClKernel kernel, int i, long bytes) throws Throwable {
    return (int) setArg.invokeExact(kernel.handle, i, bytes, words.address());
  }

  private static void check(int code) {
    if (code != 0) throw new AssertionError("PoCL gave error " + code);
  }
}
