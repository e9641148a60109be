package io.jacquard.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command of the README: the java launcher runs an example from its source, with the options file. */
class CommandTest {
  private static final Path MODULE = Path.of("").toAbsolutePath();

  @TempDir
  private Path folder;

  @Test
  void anExampleRunsFromItsSource() throws Exception {
    // The jars that the options file names are built later than this runs; the compiled modules stand in for
    // them.
    var classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !Path.of(entry).startsWith(MODULE)).collect(Collectors.joining(File.pathSeparator));
    var out = folder.resolve("out");
    var java = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "@" + MODULE.resolve("java.options"), "--class-path", classPath,
        MODULE.resolve("src/main/java/Neuron.java").toString())
        .redirectErrorStream(true).redirectOutput(out.toFile()).start();
    assertTrue(java.waitFor(2, TimeUnit.MINUTES), "the example did not end");
    var lines = Files.readAllLines(out);
    assertEquals(0, java.exitValue(), String.join("\n", lines));
    assertTrue(lines.contains("sigmoid(0.55) = 0.634"), String.join("\n", lines));
  }

  @Test
  void everyExampleIsInTheReadme() throws Exception {
    var readme = Files.readString(MODULE.resolve("README.md"));
    try (var files = Files.list(MODULE.resolve("src/main/java"))) {
      var missing = files.map(file -> file.getFileName().toString().replace(".java", ""))
          .filter(name -> !readme.contains("[" + name + "](src/main/java/" + name + ".java)")).toList();
      assertEquals(List.of(), missing);
    }
  }
}
