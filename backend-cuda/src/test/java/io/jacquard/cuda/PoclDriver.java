package io.jacquard.cuda;

import io.jacquard.kernels.KernelSource;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A driver whose launches compute: PoCL runs the kernels, on the processor, in the same memory. Its "machine code" is the
 * kernel's source, which compiles as OpenCL as it does as CUDA. What the recorder below it does to copies, it does to launches,
 * too: they happen when the host waits, or when a graph is launched.
 */
@SuppressWarnings("restricted") // tests run with native access
final class PoclDriver extends RecordingDriver implements Rtc {
  /** The one option that matters to OpenCL, too. */
  private static final String EXCHANGED = "-DEXCHANGED=";

  private final Pocl pocl = Pocl.orSkip();
  /** All that was compiled. */
  final List<KernelSource> sources = new ArrayList<>();
  private final Map<Long, String> modules = new HashMap<>();
  private final Map<Long, String> functions = new HashMap<>();

  /** Whether launches compute nothing. */
  boolean spoils;

  PoclDriver() {
    capacity = 2L << 30;
  }

  @Override
  public String version() {
    return "PoCL";
  }

  @Override
  public Compiled compile(String name, String source, List<String> options) {
    var exchanged = options.stream().filter(o -> o.startsWith(EXCHANGED))
        .map(o -> "#define EXCHANGED " + o.substring(EXCHANGED.length()) + "\n").findFirst().orElse("");
    // Instead of an instruction that PoCL does not have, each lane computes what is its own.
    var text = exchanged + source.replace("#define MATRIX_NVIDIA", "#define MATRIX_LANES");
    return new Compiled(text.getBytes(StandardCharsets.UTF_8), "");
  }

  @Override
  public int loadModule(byte[] cubin, long[] module) {
    int code = make("loadModule(" + cubin.length + " bytes)", module);
    if (code == 0) modules.put(module[0], new String(cubin, StandardCharsets.UTF_8));
    return code;
  }

  @Override
  public int function(long module, String name, long[] function) {
    int code = super.function(module, name, function);
    var text = modules.get(module);
    pocl.compile(name, text);
    sources.add(new KernelSource(name, text, false));
    functions.put(function[0], text);
    return code;
  }

  @Override
  Runnable work(long function, int[] grid, int block, ArgumentBlock arguments) {
    if (grid[1] > 65_535 || grid[2] > 65_535) throw new AssertionError("CUDA starts no such grid");
    int count = arguments.count();
    var values = MemorySegment.ofAddress(arguments.address() + 8L * count).reinterpret(8L * count)
        .toArray(ValueLayout.JAVA_LONG); // as a launch takes them, which may change behind it
    var text = functions.get(function);
    return spoils ? () -> {} : () -> pocl.run(text, grid, block, values);
  }
}
