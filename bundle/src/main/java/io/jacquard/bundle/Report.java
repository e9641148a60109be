package io.jacquard.bundle;

import io.jacquard.cli.Json;
import io.jacquard.io.AtomicFile;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The JSON file of a run, which is whole at any time: each {@link #put} writes all that is known so far.
 *
 * <pre>{@code
 * var report = new Report(Path.of("check.json"), "gpu-check", "cuda");
 * report.put("verdict", "passed");
 * }</pre>
 */
public final class Report {
  private final Path file;
  private final Map<String, Object> json = new LinkedHashMap<>();

  public Report(Path file, String program, String backend) {
    this.file = file;
    json.put("program", program);
    json.put("backend", backend);
    json.put("commit", commit());
    json.put("began", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    json.put("java", Runtime.version().toString());
    json.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
        + System.getProperty("os.arch") + ", " + Runtime.getRuntime().availableProcessors() + " processors");
    write();
  }

  /** What the archive was made of; it lies above the folder of the jars. */
  private static String commit() {
    for (var entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      var file = Path.of(entry, "..", "..", "commit.txt").normalize();
      try {
        if (entry.endsWith(".jar") && Files.isRegularFile(file)) return Files.readString(file).strip();
      } catch (IOException _) {
        // then it is not known
      }
    }
    return "unknown";
  }

  public Path file() {
    return file;
  }

  /** Sets an entry, in the place of one of the same name, and writes the file. */
  public synchronized void put(String name, Object value) {
    json.put(name, value);
    write();
  }

  private void write() {
    AtomicFile.write(file, Json.bytes(json));
  }
}
