package io.jacquard.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The archive of the profile {@code bundle}, after it was made: {@code mvn -Pbundle verify}. */
@Tag("archive")
@EnabledIfSystemProperty(named = "jacquard.archive", matches = ".+", disabledReason = "mvn -Pbundle verify tries the archive")
class ArchiveTest {
  private static final long MOST_BYTES = 40_000_000;

  @TempDir
  Path folder;

  private record Ran(int code, String text) {}

  private Ran run(Path inside, String... command) throws Exception {
    var out = folder.resolve("out.txt");
    var builder = new ProcessBuilder(command).directory(inside.toFile()).redirectErrorStream(true)
        .redirectOutput(out.toFile());
    builder.environment().remove("JAVA_HOME");
    builder.environment().put("PATH", "/usr/bin:/bin");
    int code = builder.start().waitFor();
    return new Ran(code, Files.readString(out, StandardCharsets.UTF_8));
  }

  @Test
  void itIsSmallAndRunsWithoutJava() throws Exception {
    var archive = Path.of(System.getProperty("jacquard.archive"));
    assertTrue(Files.size(archive) < MOST_BYTES, Files.size(archive) + " bytes");
    var unpacked = run(folder, "tar", "xf", archive.toString());
    assertEquals(0, unpacked.code(), unpacked.text());
    Path root;
    try (var all = Files.newDirectoryStream(folder, "jacquard-*")) {
      root = all.iterator().next();
    }
    var jars = new ArrayList<String>();
    try (var all = Files.newDirectoryStream(root.resolve("lib"))) {
      for (var jar : all) jars.add(jar.getFileName().toString());
    }
    for (var part : List.of("jacquard-core-", "-tests.jar", "jacquard-cli-", "jacquard-backend-cpu-",
        "jacquard-backend-opencl-", "jacquard-backend-cuda-", "jacquard-bundle-", "-natives.jar",
        "jcublas-natives-",
        "junit-platform-launcher-")) {
      assertTrue(jars.stream().anyMatch(jar -> jar.contains(part)), part + " is missing among " + jars);
    }
    assertTrue(Files.isRegularFile(root.resolve("pytorch/gpu_peer.py")));
    assertTrue(Files.readString(root.resolve("commit.txt")).strip().length() >= 7);

    var checked = run(root, "./run", "gpu-check", "--backend", "cpu", "--share", "40", "--only",
        "backend casts",
        "--seconds", "120");
    assertEquals(0, checked.code(), checked.text());
    assertTrue(checked.text().contains("PASSED: "), checked.text());
    assertTrue(Files.readString(root.resolve("gpu-check.json")).contains("\"commit\" : \""
        + Files.readString(root.resolve("commit.txt")).strip()));

    var measured = run(root, "./run", "gpu-bench", "--backend", "cpu", "--small", "--no-peer", "--only",
        "gemm 32, f",
        "--seconds", "60");
    assertEquals(0, measured.code(), measured.text());
    assertTrue(measured.text().contains("TFLOP/s"), measured.text());

    var devices = run(root, "./run", "devices");
    assertEquals(0, devices.code(), devices.text());
    assertTrue(devices.text().contains("cuda"), devices.text());
  }
}
