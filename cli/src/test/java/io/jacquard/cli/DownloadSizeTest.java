package io.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jacquard.Counted;
import java.io.File;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** What someone downloads who uses core and backend-cpu as libraries: their jars, and all that these need. */
class DownloadSizeTest {
  private static final List<String> JARS = List.of("jacquard-core-", "jacquard-backend-cpu-", "jackson-core-",
      "fastcsv-", "jspecify-");

  private static boolean isOne(File file) {
    return file.getName().endsWith(".jar") && !file.getName().endsWith("-tests.jar")
        && JARS.stream().anyMatch(file.getName()::startsWith);
  }

  @Test
  void coreAndTheCpuAreBelow3Megabytes() {
    var found = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator)).map(File::new)
        .filter(DownloadSizeTest::isOne).toList();
    assumeTrue(found.stream().anyMatch(file -> file.getName().startsWith(JARS.getFirst())),
        "modules are jars in 'mvn verify' only");
    assertEquals(JARS.size(), found.size(), found.toString());
    long bytes = found.stream().mapToLong(File::length).sum();
    Counted
        .say(String.format(Locale.ROOT, "core and backend-cpu, with all that they need: %.2f MB in %d jars.",
            bytes / 1e6, found.size()));
    assertTrue(bytes < 3_000_000, bytes + " bytes");
  }
}
