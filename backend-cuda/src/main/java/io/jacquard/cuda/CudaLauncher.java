package io.jacquard.cuda;

import io.jacquard.JacquardException;
import io.jacquard.io.AtomicFile;
import io.jacquard.kernels.CacheFolder;
import io.jacquard.kernels.KernelSource;
import io.jacquard.kernels.ProgramCache;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Compiles kernels to the device's own machine code and starts them. Each is compiled once in a process, and once for a
 * version of NVRTC and an architecture where the {@link ProgramCache} keeps it.
 */
final class CudaLauncher implements Launcher {
  /** What a launch can have in the dimensions behind the first. */
  private static final int LARGEST_YZ = 65_535;

  private final CudaQueue queue;
  private final Driver driver;
  private final Rtc rtc;
  private final ProgramCache cache;
  private final Map<String, CudaModule> modules = new HashMap<>();

  CudaLauncher(CudaQueue queue, Rtc rtc) {
    this.queue = queue;
    this.rtc = rtc;
    driver = queue.driver();
    cache = new ProgramCache("cuda", rtc.version(), queue.device().architecture());
  }

  /** What every kernel is compiled with. Nothing is fused but what says so; division and square root are exact. */
  List<String> options(List<String> further) {
    var all = new ArrayList<>(List.of("--gpu-architecture=" + queue.device().architecture(), "--std=c++17",
        "-fmad=false", "--prec-div=true", "--prec-sqrt=true", "--ftz=false", "-DHAVE_F64"));
    all.addAll(further);
    return all;
  }

  @Override
  public Module compile(KernelSource source, List<String> further) {
    var options = options(further);
    var key = cache.key(String.join("\n", options) + "\n" + source.text());
    var known = modules.get(key);
    if (known == null) modules.put(key, known = load(key, source, options));
    return known;
  }

  private CudaModule load(String key, KernelSource source, List<String> options) {
    queue.enter();
    var module = new long[1];
    var kept = cache.load(key);
    if (kept != null) {
      int code = driver.loadModule(kept, module);
      if (code == Status.SUCCESS) return new CudaModule(module[0]);
      if (!Status.refusesImage(code)) queue.check(code, "Loading kernel " + source.name(), 0, "");
      cache.forget(key);
    }
    var compiled = rtc.compile(source.name(), source.text(), options);
    var cubin = compiled.cubin();
    if (cubin == null) throw refused(source, compiled.log());
    queue.check(driver.loadModule(cubin, module), "Loading kernel " + source.name() + " of", cubin.length,
        "bytes");
    cache.store(key, cubin);
    return new CudaModule(module[0]);
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

  /** A module that the driver has loaded. */
  private final class CudaModule implements Module {
    final long handle;
    private final Map<String, CudaFunction> functions = new HashMap<>();

    CudaModule(long handle) {
      this.handle = handle;
    }

    @Override
    public Function function(String name) {
      var known = functions.get(name);
      if (known == null) {
        queue.enter();
        var made = new long[1];
        queue.check(driver.function(handle, name, made), "Looking for kernel " + name, 0, "");
        functions.put(name, known = new CudaFunction(name, made[0]));
      }
      return known;
    }
  }

  private final class CudaFunction implements Function {
    private final String name;
    private final long handle;

    CudaFunction(String name, long handle) {
      this.name = name;
      this.handle = handle;
    }

    @Override
    public void launch(long gridX, long gridY, long gridZ, int group, int sharedBytes,
        ArgumentBlock arguments) {
      if (gridX > Integer.MAX_VALUE || gridY > LARGEST_YZ || gridZ > LARGEST_YZ)
        throw new JacquardException("Kernel " + name + " would need " + gridX + " x " + gridY + " x " + gridZ
            + " groups, and CUDA starts at most 2147483647 x 65535 x 65535. Use smaller tensors.");
      queue.launch(name, handle, (int) gridX, (int) gridY, (int) gridZ, group, sharedBytes, arguments);
    }
  }

  @Override
  public void close() {
    if (!queue.isLost()) {
      queue.enter();
      for (var module : modules.values())
        queue.check(driver.unloadModule(module.handle), "Unloading kernels", 0, "");
    }
    modules.clear();
  }
}
