package io.jacquard.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jacquard.cuda.JcudaNatives.Part;
import io.jacquard.kernels.CacheFolder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasHandle;
import jcuda.nvrtc.JNvrtc;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * JCuda's libraries, really loaded, each time in a process of its own: what was loaded stays, and what failed to load stays
 * failed.
 */
class NativesTest {
  @TempDir
  private Path folder;
  private StubToolkit stubs;

  @BeforeEach
  void needsLinux() {
    assumeTrue(new ThisMachine().platform().equals("Linux amd64"),
        "JCuda is set up for Linux on x86-64 only");
    stubs = new StubToolkit(folder);
  }

  /** Goes along the whole chain, and then calls what it led to. */
  static final class Chain {
    public static void main(String[] args) {
      var found = Discovery.look(new ThisMachine(), null);
      System.out.println(found.probe());
      if (found.missing().isEmpty()) {
        System.out.println(new Nvrtc().version());
        if (found.toolkit() != null && found.toolkit().cublas() != null) {
          var version = new int[1];
          JCublas2.cublasGetVersion(new cublasHandle(), version);
          System.out.println("cuBLAS " + version[0]);
        }
      }
    }
  }

  /** Loads a part of which nothing that it needs is there, twice. */
  static final class Bare {
    public static void main(String[] args) {
      for (int time = 0; time < 2; time++) {
        var link = Discovery.jcuda(Integer.parseInt(args[0]), true, true);
        System.out.println(link.found() + " " + link.detail());
      }
      try {
        JNvrtc.setExceptionsEnabled(true);
      } catch (LinkageError e) {
        System.out.println(e.getClass().getSimpleName());
      }
    }
  }

  private String run(Class<?> program, Map<String, String> variables, String... arguments) throws Exception {
    var command = new java.util.ArrayList<>(
        List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED",
            "-D" + CacheFolder.PROPERTY + "=" + folder.resolve("cache"), "-cp",
            System.getProperty("java.class.path"), program.getName()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command);
    builder.environment().remove("LD_LIBRARY_PATH");
    builder.environment().remove(Places.VARIABLE);
    builder.environment().putAll(variables);
    builder.redirectError(folder.resolve("errors.txt").toFile());
    var process = builder.start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(),
        () -> output + folder.resolve("errors.txt"));
    return output;
  }

  private Map<String, String> variables() {
    return Map.of("LD_LIBRARY_PATH", folder.toString(), Places.VARIABLE, folder.toString());
  }

  @Test
  void theWholeChainIsLedToCuda13() throws Exception {
    stubs.driver();
    stubs.compiler(13);
    stubs.matrices(13);
    var output = run(Chain.class, variables());
    assertTrue(
        output.contains("driver for CUDA 13.0; GPU Stub, 1.0 GiB, 1 multiprocessors, sm_90; NVRTC 13 from "
            + folder.resolve("libnvrtc.so.13") + "; cuBLAS 13 from " + folder.resolve("libcublas.so.13")
            + "; JCuda for CUDA 13 in "),
        output);
    assertTrue(output.contains("\nNVRTC 13.7\n"), output);
    assertTrue(output.contains("\ncuBLAS 130700\n"), output);
  }

  @Test
  void theWholeChainIsLedToCuda12WithoutCublas() throws Exception {
    stubs.driver();
    stubs.compiler(12);
    var output = run(Chain.class, variables());
    assertTrue(output.contains("NVRTC 12 from " + folder.resolve("libnvrtc.so.12")), output);
    assertTrue(output.contains("CUDA's matrix library (libcublas.so.12) was not found"), output);
    assertTrue(output.contains("\nNVRTC 12.7\n"), output);
  }

  @Test
  void aCacheThatIsDamagedIsMended() throws Exception {
    stubs.driver();
    stubs.compiler(13);
    run(Chain.class, variables());
    var file = folder.resolve("cache/jcuda-12.6.0-cuda13").resolve(Part.COMPILER.file());
    var good = Files.size(file);
    Files.write(file, new byte[1000]);
    assertTrue(run(Chain.class, variables()).contains("\nNVRTC 13.7\n"));
    assertEquals(good, Files.size(file));
  }

  @Test
  void aCacheThatCannotBeWrittenIsNamed() throws Exception {
    stubs.driver();
    stubs.compiler(13);
    Files.createDirectories(folder.resolve("cache/jcuda-12.6.0-cuda13").resolve(Part.COMPILER.file()));
    var output = run(Chain.class, variables());
    assertTrue(output.contains("JCuda's libraries could not be extracted: "), output);
    assertTrue(output.contains("-D" + CacheFolder.PROPERTY), output);
  }

  @Test
  void withoutADriverNothingLoadsAndTheMissingLibraryIsNamed() throws Exception {
    assumeTrue(DriverProbe.ask(new ThisMachine()).version() == 0, "this machine has a driver");
    var lines = run(Bare.class, Map.of(), "13").lines().toList();
    assertEquals(3, lines.size(), lines.toString());
    assertTrue(lines.getFirst().startsWith("false JCuda's libraries do not load: "), lines.getFirst());
    assertTrue(lines.getFirst().contains("libcuda.so.1"), lines.getFirst());
    assertTrue(lines.get(1).startsWith("false JCuda's libraries do not load: "), lines.get(1));
    assertEquals("UnsatisfiedLinkError", lines.get(2));
  }
}
