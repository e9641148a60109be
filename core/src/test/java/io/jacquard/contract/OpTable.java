package io.jacquard.contract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.function.Executable;
import org.opentest4j.TestAbortedException;

/**
 * Counts, for each operation, how many cases of the contract a backend passed, failed and skipped, and writes it to
 * {@code target/op-support-<backend>.txt}: one line an operation, {@code name passed failed skipped}, by tabs.
 */
final class OpTable {
  private static final class Counts {
    int passed;
    int failed;
    int skipped;
  }

  private final Map<String, Counts> rows = new TreeMap<>();

  /** The test {@code body}, counted under {@code op} when it runs. */
  Executable counted(String op, Executable body) {
    return () -> {
      var counts = rows.computeIfAbsent(op, _ -> new Counts());
      try {
        body.execute();
        counts.passed++;
      } catch (TestAbortedException e) {
        counts.skipped++;
        throw e;
      } catch (Throwable e) {
        counts.failed++;
        throw e;
      }
    };
  }

  void write(String backend) throws IOException {
    var text = new StringBuilder();
    rows.forEach((op, counts) -> text.append(op).append('\t').append(counts.passed).append('\t')
        .append(counts.failed).append('\t').append(counts.skipped).append('\n'));
    var file = Path.of("target", "op-support-" + backend + ".txt");
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
