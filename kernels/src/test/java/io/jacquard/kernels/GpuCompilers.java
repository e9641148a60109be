package io.jacquard.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The compilers of NVIDIA ({@code nvcc}) and AMD ({@code clang} with {@code rocm-device-libs}), where they are installed. No GPU
 * is needed.
 */
public final class GpuCompilers {
  /** Of the release that Debian's rocm-device-libs is made with: others do not read them. */
  private static final String CLANG = "clang-15";
  private static final Path DEVICE_LIBRARIES = Path.of("/usr/lib/x86_64-linux-gnu/amdgcn/bitcode");
  private static final Pattern PTXAS = Pattern
      .compile(
          "(?s)Compiling entry function '([^']+)' for 'sm_(\\d+)'.*?(\\d+) bytes spill stores.*?Used (\\d+) registers([^\n]*)");
  private static final Pattern MACRO = Pattern.compile("(?m)^#define (\\w+)");
  private static final Pattern SHARED = Pattern.compile("(\\d+) bytes smem");

  private final Path folder;

  /** @param folder for what is compiled */
  public GpuCompilers(Path folder) {
    this.folder = folder;
  }

  /**
   * What a compiler says that a kernel needs.
   *
   * @param registers of an item
   * @param spilled bytes of an item that lie in memory
   * @param local bytes that a work-group shares
   * @param waves in flight at once on a SIMD unit, by the registers; 0 where the compiler does not say
   */
  public record Needs(int registers, int spilled, int local, int waves) {}

  private record Run(int status, String output) {}

  private Run run(List<String> command) throws IOException, InterruptedException {
    var output = Files.createTempFile(folder, "output", ".txt").toFile();
    var process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
        .redirectOutput(output).start();
    if (!process.waitFor(10, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      return new Run(-1, "not done after ten minutes");
    }
    return new Run(process.exitValue(), Files.readString(output.toPath()));
  }

  private static boolean isInstalled(String program) {
    for (var folder : System.getenv("PATH").split(":")) {
      if (Files.isExecutable(Path.of(folder, program))) return true;
    }
    return false;
  }

  public static void assumeNvidia() {
    assumeTrue(isInstalled("nvcc"), "nvcc is not on the path");
  }

  static void assumeAmd() {
    assumeTrue(isInstalled(CLANG), CLANG + " is not on the path");
    assumeTrue(Files.isRegularFile(DEVICE_LIBRARIES.resolve("ocml.bc")), "rocm-device-libs is not installed");
  }

  /** Such as {@code 13.0}; null where nvcc is not installed. */
  public static @Nullable String nvccVersion(Path folder) throws IOException, InterruptedException {
    if (!isInstalled("nvcc")) return null;
    var found = Pattern.compile("release ([\\d.]+)")
        .matcher(new GpuCompilers(folder).run(List.of("nvcc", "--version")).output());
    return found.find() ? found.group(1) : "of no known version";
  }

  /** PTX for an NVIDIA architecture such as 75, of kernels each in a namespace of its name. */
  public String ptx(Map<String, KernelSource> sources, int architecture)
      throws IOException, InterruptedException {
    var run = run(List.of("nvcc", "-ptx", "-std=c++17", "-fmad=false", "-arch=compute_" + architecture, "-o",
        "kernels.ptx",
        file(sources).toString()));
    assertEquals(0, run.status(), run.output());
    return Files.readString(folder.resolve("kernels.ptx"));
  }

  /** Makes machine code of PTX, as a driver does. */
  public static void assemble(Path folder, String ptx, List<Integer> architectures)
      throws IOException, InterruptedException {
    var file = Files.writeString(folder.resolve("module.ptx"), ptx);
    for (int architecture : architectures) {
      var run = new GpuCompilers(folder)
          .run(List.of("ptxas", "-arch=sm_" + architecture, "-o", "module.cubin", file.toString()));
      assertEquals(0, run.status(), run.output());
    }
  }

  /** One file, since nvcc starts slowly: each kernel in a namespace, its macros taken back before the next. */
  private Path file(Map<String, KernelSource> sources) throws IOException {
    var text = new StringBuilder();
    sources.forEach((name, source) -> {
      text.append("namespace ").append(name).append(" {\n")
          .append(source.text().replace("extern \"C\" __global__", "__global__")).append("\n}\n");
      MACRO.matcher(source.text()).results().map(found -> found.group(1)).distinct()
          .forEach(macro -> text.append("#undef ").append(macro).append('\n'));
    });
    return Files.writeString(folder.resolve("kernels.cu"), text);
  }

  /**
   * What each kernel needs on NVIDIA architectures such as 75, by its name and by architecture. All machine code is made of the
   * intermediate code for the first of them, the oldest: that is made once, and it is most of the work.
   */
  public Map<String, SequencedMap<Integer, Needs>> nvidia(Map<String, KernelSource> sources,
      List<Integer> architectures)
      throws IOException, InterruptedException {
    var code = architectures.stream().map(a -> "sm_" + a).collect(Collectors.joining(","));
    var run = run(List.of("nvcc", "--threads", "0", "-std=c++17", "-fmad=false", "-Xptxas", "-v", "-c", "-o",
        "kernels.o",
        "-gencode", "arch=compute_" + architectures.getFirst() + ",code=[" + code + "]",
        file(sources).toString()));
    assertEquals(0, run.status(), run.output());
    var needs = new LinkedHashMap<String, SequencedMap<Integer, Needs>>();
    sources.keySet().forEach(name -> needs.put(name, new TreeMap<>()));
    PTXAS.matcher(run.output()).results().forEach(found -> {
      var shared = SHARED.matcher(found.group(5));
      needs.get(namespace(found.group(1))).put(Integer.parseInt(found.group(2)),
          new Needs(Integer.parseInt(found.group(4)), Integer.parseInt(found.group(3)),
              shared.find() ? Integer.parseInt(shared.group(1)) : 0, 0));
    });
    needs.forEach((name, each) -> assertEquals(architectures, List.copyOf(each.keySet()), name));
    return needs;
  }

  /** Of a mangled name {@code _ZN<length><namespace>...}. */
  private static String namespace(String mangled) {
    var digits = Pattern.compile("^_ZN(\\d+)").matcher(mangled);
    if (!digits.find()) return mangled;
    return mangled.substring(digits.end(), digits.end() + Integer.parseInt(digits.group(1)));
  }

  /** Compiles for an AMD GPU such as {@code gfx1030}. */
  Needs amd(String gpu, String name, KernelSource source, boolean optimized)
      throws IOException, InterruptedException {
    var file = Files.writeString(folder.resolve(gpu + name + ".cl"), source.text());
    var assembly = folder.resolve(gpu + name + ".s");
    var run = run(List.of(CLANG, "-x", "cl", "-cl-std=CL1.2", "-target", "amdgcn-amd-amdhsa", "-mcpu=" + gpu,
        optimized ? "-O3" : "-O0", "-DHAVE_F64", "--rocm-device-lib-path=" + libraries(gpu),
        "-Wno-unknown-warning-option", "-S", "-o", assembly.toString(), file.toString()));
    assertEquals(0, run.status(), gpu + " " + name + ": " + run.output());
    var text = Files.readString(assembly);
    return new Needs(largest("NumVgprs", text), largest("ScratchSize", text), largest("LDSByteSize", text),
        largest("Occupancy", text));
  }

  private static int largest(String what, String text) {
    return Pattern.compile("; " + what + ": (\\d+)").matcher(text).results()
        .mapToInt(m -> Integer.parseInt(m.group(1))).max().orElseThrow();
  }

  /**
   * The device libraries for a GPU. They are the same for all but for one file, which holds the GPU's number: for GPUs
   * that are younger than the libraries it is made here.
   */
  private synchronized Path libraries(String gpu) throws IOException, InterruptedException {
    var constant = "oclc_isa_version_" + gpu.substring(3) + ".bc";
    if (Files.isRegularFile(DEVICE_LIBRARIES.resolve(constant))) return DEVICE_LIBRARIES;
    var own = folder.resolve("libraries-" + gpu);
    if (Files.isRegularFile(own.resolve(constant))) return own;
    Files.createDirectories(own);
    try (var files = Files.list(DEVICE_LIBRARIES)) {
      for (var file : files.filter(f -> !f.getFileName().toString().startsWith("oclc_isa_version")).toList())
        Files.copy(file, own.resolve(file.getFileName()));
    }
    var source = Files.writeString(own.resolve("version.cl"),
        "const __constant unsigned __oclc_ISA_version = " + version(gpu) + ";\n");
    var run = run(List.of(CLANG, "-x", "cl", "-cl-std=CL1.2", "-target", "amdgcn-amd-amdhsa", "-mcpu=" + gpu,
        "-nogpulib", "-emit-llvm", "-c", "-o", own.resolve(constant).toString(), source.toString()));
    assertEquals(0, run.status(), run.output());
    return own;
  }

  /** {@code gfx1030} is 10300: two digits or one, then one, then a hexadecimal one. */
  private static int version(String gpu) {
    int end = gpu.length();
    return Integer.parseInt(gpu.substring(3, end - 2)) * 1000
        + Integer.parseInt(gpu.substring(end - 2, end - 1)) * 100
        + Integer.parseInt(gpu.substring(end - 1), 16);
  }
}
