package io.jacquard.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.kernels.CacheFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where NVRTC and cuBLAS are found, and which. */
class ToolkitTest {
  private static final String TOOLKIT_12 = "/usr/local/cuda-12.6/lib64/";
  private static final String TOOLKIT_13 = "/usr/local/cuda-13.0/lib64/";

  private final FakeMachine machine = new FakeMachine();

  private void has(String folder, int major) {
    machine.with(folder + "libnvrtc.so." + major, folder + "libnvrtc-builtins.so." + major + ".0",
        folder + "libcublas.so." + major, folder + "libcublasLt.so." + major);
  }

  private void check(int driver, int major, String nvrtc, String cublas) {
    var toolkit = Toolkit.find(machine, driver, null);
    assertEquals(new Library("NVRTC", major, nvrtc), toolkit.nvrtc());
    assertEquals(new Library("cuBLAS", major, cublas), toolkit.cublas());
    assertEquals(List.of(Link.found("NVRTC", major + " from " + nvrtc),
        Link.found("cuBLAS", major + " from " + cublas)), toolkit.links());
  }

  private void checkFolder(int driver, int major, String folder) {
    check(driver, major, folder + "libnvrtc.so." + major, folder + "libcublas.so." + major);
  }

  @Test
  void takesTheNewestThatTheDriverSupports() {
    has(TOOLKIT_12, 12);
    has(TOOLKIT_13, 13);
    checkFolder(13010, 13, TOOLKIT_13);
    checkFolder(12040, 12, TOOLKIT_12);
  }

  @Test
  void loadsHelpersFirst() {
    has(TOOLKIT_13, 13);
    checkFolder(13000, 13, TOOLKIT_13);
    assertEquals(List.of(TOOLKIT_13 + "libnvrtc-builtins.so.13.0", TOOLKIT_13 + "libnvrtc.so.13",
        TOOLKIT_13 + "libcublasLt.so.13", TOOLKIT_13 + "libcublas.so.13"), machine.loaded);
  }

  @Test
  void namedFoldersComeFirst() {
    has(TOOLKIT_13, 13);
    has("/mine/lib/", 13);
    machine.libraries.put("libnvrtc.so.13", _ -> java.util.Optional.empty());
    machine.variables.put(Places.VARIABLE, "/mine");
    checkFolder(13000, 13, "/mine/lib/");
  }

  @Test
  void thenTheLoader() {
    has(TOOLKIT_13, 13);
    machine.libraries.put("libnvrtc.so.13", _ -> java.util.Optional.empty());
    check(13000, 13, "libnvrtc.so.13", TOOLKIT_13 + "libcublas.so.13");
  }

  @Test
  void toolkitsOfVariables() {
    has("/cuda/elsewhere/lib64/", 12);
    machine.variables.put("CUDA_HOME", "/cuda/elsewhere");
    checkFolder(12000, 12, "/cuda/elsewhere/lib64/");
  }

  @Test
  void pythonsPackages() {
    machine.with("/srv/venv/bin/python3");
    var nvidia = "/srv/venv/lib/python3.12/site-packages/nvidia/";
    machine.with(nvidia + "cuda_nvrtc/lib/libnvrtc.so.12", nvidia + "cublas/lib/libcublas.so.12");
    machine.variables.put("PATH", "/usr/bin:/srv/venv/bin");
    check(13000, 12, nvidia + "cuda_nvrtc/lib/libnvrtc.so.12", nvidia + "cublas/lib/libcublas.so.12");
    machine.variables.clear();
    assertNull(Toolkit.find(machine, 13000, null).nvrtc());
    machine.variables.put("VIRTUAL_ENV", "/srv/venv");
    assertNotNull(Toolkit.find(machine, 13000, null).cublas());
  }

  @Test
  void pythonsPackagesOfAUser() {
    has("/home/me/.local/lib/python3.11/site-packages/nvidia/cu13/lib/", 13);
    machine.variables.put("HOME", "/home/me");
    checkFolder(13000, 13, "/home/me/.local/lib/python3.11/site-packages/nvidia/cu13/lib/");
  }

  @Test
  void aLibraryThatDoesNotLoadIsToldAndPassedOver() {
    has(TOOLKIT_13, 13);
    machine.broken.put(TOOLKIT_13 + "libcublas.so.13", "libm.so.9: cannot open shared object file");
    has(TOOLKIT_12, 12);
    checkFolder(13000, 12, TOOLKIT_12);

    machine.broken.put(TOOLKIT_12 + "libcublas.so.12", "file too short");
    var toolkit = Toolkit.find(machine, 13000, null);
    assertNull(toolkit.cublas());
    assertEquals(new Library("NVRTC", 13, TOOLKIT_13 + "libnvrtc.so.13"), toolkit.nvrtc());
    var link = toolkit.links().getLast();
    assertEquals("cuBLAS", link.name());
    assertTrue(link.detail().contains("libcublas.so.13 does not load (libm.so.9: cannot open"),
        link.detail());
    assertTrue(link.detail().contains("libcublas.so.12 does not load (file too short)"), link.detail());
  }

  @Test
  void aJarIsExtractedOnce(@TempDir Path folder) throws IOException {
    var jar = Files.createDirectories(folder.resolve("jar"));
    for (var name : List.of("libnvrtc.so.13", "libnvrtc-builtins.so.13.1")) {
      Files.writeString(jar.resolve(name), name + " as it should be");
      machine.resources.put(Toolkit.JAR_FOLDER + name, jar.resolve(name).toUri().toURL());
    }
    var before = System.getProperty(CacheFolder.PROPERTY);
    System.setProperty(CacheFolder.PROPERTY, folder.resolve("cache").toString());
    try {
      var library = folder.resolve("cache/cuda-13/libnvrtc.so.13");
      assertEquals(new Library("NVRTC", 13, library.toString()), Toolkit.find(machine, 13000, null).nvrtc());
      assertArrayEquals("libnvrtc.so.13 as it should be".getBytes(), Files.readAllBytes(library));
      var time = Files.getLastModifiedTime(library);
      assertNotNull(Toolkit.find(machine, 13000, null).nvrtc());
      assertEquals(time, Files.getLastModifiedTime(library), "extracted again");

      Files.writeString(library, "cut");
      assertNotNull(Toolkit.find(machine, 13000, null).nvrtc());
      assertArrayEquals("libnvrtc.so.13 as it should be".getBytes(), Files.readAllBytes(library));
    } finally {
      if (before == null)
        System.clearProperty(CacheFolder.PROPERTY);
      else
        System.setProperty(CacheFolder.PROPERTY, before);
    }
  }
}
