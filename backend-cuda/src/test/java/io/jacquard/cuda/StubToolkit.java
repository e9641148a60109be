package io.jacquard.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Libraries with the names, the versions of symbols and a few functions of NVIDIA's, made by gcc. They compute nothing, but
 * to the loader, and so to what is led to them, they are what they stand for.
 */
final class StubToolkit {
  private static final String DRIVER = """
      #include <string.h>
      int cuInit(int f) { return 0; }
      int cuDriverGetVersion(int* v) { *v = 13000; return 0; }
      int cuDeviceGetCount(int* n) { *n = 1; return 0; }
      int cuDeviceGet(int* d, int i) { *d = i; return 0; }
      int cuDeviceGetName(char* s, int n, int d) { strncpy(s, "Stub", n); return 0; }
      int cuDeviceTotalMem_v2(unsigned long* b, int d) { *b = 1ul << 30; return 0; }
      int cuDeviceGetAttribute(int* v, int a, int d) { *v = a == 75 ? 9 : a == 76 ? 0 : 1; return 0; }
      """;
  private static final String COMPILER = "int nvrtcVersion(int* major, int* minor) { *major = %d; *minor = 7; return 0; }";
  private static final String MATRICES = "int cublasGetVersion_v2(void* h, int* v) { *v = %d0700; return 0; }";

  private final Path folder;

  StubToolkit(Path folder) {
    this.folder = folder;
  }

  Path driver() throws Exception {
    return make("libcuda.so.1", DRIVER, false);
  }

  Path compiler(int major) throws Exception {
    return make("libnvrtc.so." + major, COMPILER.formatted(major), true);
  }

  Path matrices(int major) throws Exception {
    return make("libcublas.so." + major, MATRICES.formatted(major), true);
  }

  private Path make(String soname, String source, boolean versioned)
      throws IOException, InterruptedException {
    var c = Files.writeString(folder.resolve(soname + ".c"), source);
    var library = folder.resolve(soname);
    var command = new ArrayList<>(List.of("gcc", "-shared", "-fPIC", "-o", library.toString(), c.toString(),
        "-Wl,-soname," + soname));
    if (versioned) {
      var script = Files.writeString(folder.resolve(soname + ".map"), soname + " { global: *; };");
      command.add("-Wl,--version-script=" + script);
    }
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      assumeTrue(false, "gcc is needed to make libraries with CUDA's names: " + e.getMessage());
      throw e;
    }
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    return library;
  }
}
