package io.jacquard.cuda;

import io.jacquard.JacquardException;
import io.jacquard.io.AtomicFile;
import io.jacquard.kernels.CacheFolder;
import io.jacquard.kernels.CompileNotice;
import io.jacquard.kernels.KernelSource;
import io.jacquard.kernels.ProgramCache;
import io.jacquard.kernels.plan.KernelCompiler;
import io.jacquard.spi.KernelCompilation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Compiles kernels to the device's own machine code. Each is compiled once in a process, and once for a version of NVRTC and
 * an architecture where the {@link ProgramCache} keeps it. Without NVRTC it takes {@link ShippedKernels}.
 */
final class CudaCompiler implements KernelCompiler, AutoCloseable {
  private final CudaQueue queue;
  private final Driver driver;
  private final Rtc rtc;
  private final ProgramCache cache;
  private final CompileNotice notice;
  private final Map<String, CudaKernel> kernels = new HashMap<>();
  private final List<Long> modules = new ArrayList<>();

  CudaCompiler(CudaQueue queue, Rtc rtc) {
    this.queue = queue;
    this.rtc = rtc;
    driver = queue.driver();
    cache = new ProgramCache("cuda", rtc.version(), queue.device().architecture());
    notice = new CompileNotice(queue.device().name());
  }

  @Override
  public CudaKernel kernel(KernelSource source, int group) {
    var known = kernels.get(source.text());
    if (known == null) kernels.put(source.text(), known = new CudaKernel(this, queue, source, group));
    return known;
  }

  /** What every kernel is compiled with. Nothing is fused but what says so; division and square root are exact. */
  private List<String> options(int first) {
    var all = new ArrayList<>(List.of("--gpu-architecture=" + queue.device().architecture(), "--std=c++17",
        "-fmad=false", "--prec-div=true", "--prec-sqrt=true", "--ftz=false"));
    if (first != 0) all.add("-DEXCHANGED=" + first);
    return all;
  }

  /**
   * The driver's number for a kernel.
   *
   * @param first the dimension that lies in the first of the grid, which alone may be large
   */
  long function(KernelSource source, int first) {
    var options = options(first);
    var key = cache.key(String.join("\n", options) + "\n" + source.text());
    var function = new long[1];
    queue.check(driver.function(module(key, source, options), source.name(), function),
        "Looking for kernel " + source.name(), 0, "");
    return function[0];
  }

  private long module(String key, KernelSource source, List<String> options) {
    queue.enter();
    var module = new long[1];
    var kept = rtc.makesMachineCode() ? cache.load(key) : null;
    if (kept != null) {
      int code = driver.loadModule(kept, module);
      if (code == Status.SUCCESS) return loaded(module[0]);
      if (!Status.refusesImage(code)) queue.check(code, "Loading kernel " + source.name(), 0, "");
      cache.forget(key);
    }
    long start = System.nanoTime();
    var compiled = KernelCompilation.during("cuda", source.name(),
        () -> rtc.compile(source.name(), source.text(), options));
    var cubin = compiled.cubin();
    if (cubin == null) throw refused(source, compiled.log());
    queue.check(driver.loadModule(cubin, module), "Loading kernel " + source.name() + " of", cubin.length,
        "bytes");
    if (rtc.makesMachineCode()) cache.store(key, cubin);
    notice.compiled(System.nanoTime() - start);
    return loaded(module[0]);
  }

  private long loaded(long module) {
    modules.add(module);
    return module;
  }

  private JacquardException refused(KernelSource source, String log) {
    var folder = CacheFolder.of("failed-builds");
    var file = folder.resolve(source.name() + ".cu");
    AtomicFile.write(file, source.text().getBytes(StandardCharsets.UTF_8));
    AtomicFile.write(folder.resolve(source.name() + ".log"), log.getBytes(StandardCharsets.UTF_8));
    var first = log.lines().filter(l -> l.contains("error")).findFirst().orElse("no message");
    return new JacquardException(rtc.version() + " does not compile kernel " + source.name() + " for "
        + queue.device().architecture() + ": " + (first.length() > 200 ? first.substring(0, 200) : first)
        + ". Its source and all messages are in " + folder + "; please report it with them.");
  }

  @Override
  public void close() {
    if (!queue.isLost()) {
      queue.enter();
      for (long module : modules) queue.check(driver.unloadModule(module), "Unloading kernels", 0, "");
    }
    modules.clear();
    kernels.clear();
  }
}
