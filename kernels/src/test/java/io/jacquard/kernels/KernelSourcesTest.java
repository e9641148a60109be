package io.jacquard.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All kernels through the compilers of NVIDIA and AMD, where these are installed. No GPU is needed. */
class KernelSourcesTest {
  /** Registers that leave a GPU enough work-groups in flight: half of the 256 that an item may have. */
  private static final int REGISTERS = 128;
  /** The largest matrix tile holds 64 sums and is worth more. */
  private static final int REGISTERS_OF_LARGE_TILES = 256;
  private static final Pattern AMD_REGISTERS = Pattern.compile("; NumVgprs: (\\d+)");
  private static final Pattern AMD_SCRATCH = Pattern.compile("; ScratchSize: (\\d+)");
  /** Of the release that Debian's rocm-device-libs is made with: others do not read them. */
  private static final String CLANG = "clang-15";
  private static final Path DEVICE_LIBRARIES = Path.of("/usr/lib/x86_64-linux-gnu/amdgcn/bitcode");

  @TempDir
  private Path folder;

  @Test
  void compileAsCuda() throws Exception {
    assumeTrue(isInstalled("nvcc"), "nvcc is not on the path");
    // One file, since nvcc starts slowly: each kernel in a namespace, its macros taken back before the next.
    var text = new StringBuilder();
    Samples.all().forEach((name, source) -> text.append("namespace ").append(name).append(" {\n")
        .append(source.text().replace("extern \"C\" __global__", "__global__")).append("\n}\n")
        .append("#undef REAL\n#undef NAMED\n#undef MATH\n#undef EXP\n#undef LANES\n"));
    var file = Files.writeString(folder.resolve("kernels.cu"), text);
    var command = new ArrayList<>(List.of("nvcc", "--threads", "0", "-fmad=false", "-c", "-o", "kernels.o"));
    for (var architecture : List.of("75", "80", "86", "89", "90"))
      command.addAll(List.of("-gencode", "arch=compute_" + architecture + ",code=sm_" + architecture));
    command.add(file.toString());
    var run = run(command);
    assertEquals(0, run.status(), run.output());
  }

  @ParameterizedTest
  @ValueSource(strings = {"gfx1030", "gfx1100", "gfx90a"})
  void compileForAmdWithinTheirRegisters(String gpu) throws Exception {
    assumeTrue(isInstalled(CLANG), CLANG + " is not on the path");
    assumeTrue(Files.isRegularFile(DEVICE_LIBRARIES.resolve("oclc_isa_version_" + gpu.substring(3) + ".bc")),
        "rocm-device-libs is not installed, or does not know " + gpu);
    var heavy = Samples.all().entrySet().parallelStream()
        .map(sample -> amd(gpu, sample.getKey(), sample.getValue()))
        .filter(found -> !found.isEmpty()).sorted().toList();
    assertTrue(heavy.isEmpty(), String.join("\n", heavy));
  }

  /** What is wrong with a kernel on a GPU; empty if nothing is. */
  private String amd(String gpu, String name, KernelSource source) {
    try {
      return compileForAmd(gpu, name, source);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private String compileForAmd(String gpu, String name, KernelSource source)
      throws IOException, InterruptedException {
    var file = Files.writeString(folder.resolve(name + ".cl"), source.text());
    var assembly = folder.resolve(name + ".s");
    var run = run(List.of(CLANG, "-x", "cl", "-cl-std=CL1.2", "-target", "amdgcn-amd-amdhsa", "-mcpu=" + gpu,
        name.startsWith(Samples.FOR_CPU) ? "-O0" : "-O3", "-DHAVE_F64",
        "--rocm-device-lib-path=" + DEVICE_LIBRARIES, "-Wno-unknown-warning-option", "-S", "-o",
        assembly.toString(), file.toString()));
    if (run.status() != 0) return gpu + " " + name + ": " + run.output();
    if (name.startsWith(Samples.FOR_CPU)) return "";
    var text = Files.readString(assembly);
    int registers = largest(AMD_REGISTERS, text);
    int scratch = largest(AMD_SCRATCH, text);
    int budget = name.equals("matmul_large") ? REGISTERS_OF_LARGE_TILES : REGISTERS;
    if (registers > budget || scratch > 0)
      return gpu + " " + name + ": " + registers + " registers of " + budget + ", " + scratch
          + " bytes spilled";
    return "";
  }

  private static int largest(Pattern pattern, String text) {
    return pattern.matcher(text).results().mapToInt(m -> Integer.parseInt(m.group(1))).max().orElseThrow();
  }

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
}
