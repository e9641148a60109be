package io.jacquard.opencl;

import io.jacquard.JacquardException;
import io.jacquard.kernels.CompileNotice;
import io.jacquard.kernels.KernelSource;
import io.jacquard.kernels.ProgramCache;
import io.jacquard.kernels.plan.KernelCompiler;
import io.jacquard.kernels.plan.Tuning;
import io.jacquard.spi.KernelCompilation;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jocl.CL;
import org.jocl.CLException;
import org.jocl.Pointer;
import org.jocl.cl_device_id;
import org.jocl.cl_program;
import org.jspecify.annotations.Nullable;

/** Compiles kernels, each once in a process, and once for a device and driver where the {@link ProgramCache} keeps it. */
final class Compiler implements KernelCompiler, AutoCloseable {
  private static final Logger LOG = System.getLogger(Compiler.class.getName());
  private static final int ATTEMPTS = 3;
  /**
   * Has PoCL leave out the header that declares all built-in functions, by the name that guards it against being read twice, so
   * that a kernel compiles in two thirds of the time; {@code builtins.h} declares what kernels call.
   */
  private static final String FEW_BUILTINS = " -D_OPENCL_H_ -DFEW_BUILTINS";

  private final Queue queue;
  private final ProgramCache cache;
  private final CompileNotice notice;
  private final String options;
  private final boolean keeps;
  /** Whether the compiler is told of few built-in functions; until it turns out not to like it. */
  private boolean few;
  private final Map<String, ClKernel> kernels = new HashMap<>();

  Compiler(Queue queue, Tuning tuning) {
    this.queue = queue;
    var device = queue.device;
    // A CPU gets what is made for GPUs in tests alone, and there compiling takes longer than running.
    boolean unoptimized = device.cpu() && device.isPocl() && !tuning.vectors();
    options = "-cl-std=CL1.2 -w" + (unoptimized ? " -cl-opt-disable" : "")
        + (device.roundsDivisions() ? " -cl-fp32-correctly-rounded-divide-sqrt" : "")
        + (device.float64() ? " -DHAVE_F64" : "") + (tuning.vectors() ? " -DON_CPU" : "");
    keeps = tuning.keepsBinaries();
    few = device.isPocl();
    cache = new ProgramCache("opencl", options, device.name(), device.vendor(), device.version(),
        device.driver());
    notice = new CompileNotice(device.name());
  }

  /** Whether kernels compile without the header of all built-in functions, as those for PoCL should. */
  boolean declaresFew() {
    return few;
  }

  @Override
  public ClKernel kernel(KernelSource source, int group) {
    var key = cache.key(source.text());
    var known = kernels.get(key);
    if (known == null) kernels.put(key, known = compile(key, source, group));
    return known;
  }

  private ClKernel compile(String key, KernelSource source, int group) {
    if (source.float64() && !queue.device.float64())
      throw new JacquardException("The device " + queue.name + " (" + queue.device.name()
          + ") does not compute in float64. Use float32, or the CPU backend.");
    var program = keeps ? fromCache(key) : null;
    if (program == null) {
      long start = System.nanoTime();
      program = KernelCompilation.during("opencl", source.name(), () -> build(source));
      if (keeps) cache.store(key, binary(program));
      notice.compiled(System.nanoTime() - start);
    }
    try {
      var kernel = CL.clCreateKernel(program, source.name(), null);
      var arguments = new int[1];
      CL.clGetKernelInfo(kernel, CL.CL_KERNEL_NUM_ARGS, 4, Pointer.to(arguments), null);
      CL.clReleaseProgram(program); // the kernel holds on to it
      return new ClKernel(queue, source.name(), kernel, arguments[0], group);
    } catch (CLException e) {
      throw Failure.of(e.getStatus(), queue.name, "Making kernel " + source.name());
    }
  }

  private @Nullable cl_program fromCache(String key) {
    var binary = cache.load(key);
    if (binary == null) return null;
    var id = new cl_device_id[]{queue.device.id()};
    try {
      var program = CL.clCreateProgramWithBinary(queue.context, 1, id, new long[]{binary.length},
          new byte[][]{binary},
          null, null);
      CL.clBuildProgram(program, 1, id, options, null, null);
      return program;
    } catch (CLException _) {
      cache.forget(key); // the driver refuses it, as after an update that kept its version
      return null;
    }
  }

  private cl_program build(KernelSource source) {
    if (few) {
      try {
        return build(source, options + FEW_BUILTINS);
      } catch (BuildFailure e) {
        few = false; // another version of PoCL may arrange its headers otherwise, or the source is at fault
        LOG.log(Level.INFO,
            () -> "Kernels compile slower, since not with few built-in functions: " + e.getMessage());
      }
    }
    return build(source, options);
  }

  private cl_program build(KernelSource source, String how) {
    for (int attempt = 1;; attempt++) {
      @Nullable
      cl_program program = null;
      try {
        program = CL.clCreateProgramWithSource(queue.context, 1, new String[]{source.text()}, null, null);
        CL.clBuildProgram(program, 1, new cl_device_id[]{queue.device.id()}, how, null, null);
        return program;
      } catch (CLException e) {
        var log = program == null ? "" : log(program);
        if (attempt < ATTEMPTS && lostItsFile(log)) continue;
        throw new BuildFailure(queue.name, queue.device, source, e.getStatus(), log);
      }
    }
  }

  /** A signal that was Java's has had LLVM remove what it was writing, see {@link SignalChaining}; the next attempt may get through. */
  static boolean lostItsFile(String log) {
    return log.contains("unable to rename temporary");
  }

  private String log(cl_program program) {
    var size = new long[1];
    CL.clGetProgramBuildInfo(program, queue.device.id(), CL.CL_PROGRAM_BUILD_LOG, 0, null, size);
    var bytes = new byte[(int) size[0]];
    CL.clGetProgramBuildInfo(program, queue.device.id(), CL.CL_PROGRAM_BUILD_LOG, bytes.length,
        Pointer.to(bytes),
        null);
    return new String(bytes, StandardCharsets.UTF_8).replace("\0", "").strip();
  }

  private static byte[] binary(cl_program program) {
    var size = new long[1];
    CL.clGetProgramInfo(program, CL.CL_PROGRAM_BINARY_SIZES, 8, Pointer.to(size), null);
    var bytes = new byte[(int) size[0]];
    CL.clGetProgramInfo(program, CL.CL_PROGRAM_BINARIES, 8, Pointer.to(Pointer.to(bytes)), null);
    return bytes;
  }

  @Override
  public void close() {
    kernels.values().forEach(ClKernel::close);
    kernels.clear();
  }
}
