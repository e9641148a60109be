package io.jacquard.contract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.function.Executable;
import org.opentest4j.TestAbortedException;

/**
 * Counts, for each operation, how many cases of a contract a backend passed, failed and skipped, and writes it to
 * {@code target/op-support-<part>-<backend>.txt}: one line an operation, {@code name passed failed skipped reasons}, by
 * tabs. {@link OpSupportPage} makes a page of these files.
 */
public final class OpTable {
  private static final class Counts {
    int passed;
    int failed;
    int skipped;
    final TreeSet<String> reasons = new TreeSet<>();
  }

  private final Map<String, Counts> rows = new TreeMap<>();

  /** The test {@code body}, counted under {@code op} when it runs. */
  public Executable counted(String op, Executable body) {
    return () -> {
      var counts = rows.computeIfAbsent(op, _ -> new Counts());
      try {
        body.execute();
        counts.passed++;
      } catch (TestAbortedException e) {
        counts.skipped++;
        counts.reasons.add(String.valueOf(e.getMessage()).replace("Assumption failed: ", ""));
        throw e;
      } catch (Throwable e) {
        counts.failed++;
        throw e;
      }
    };
  }

  /** @param part which contract it was: {@code spi}, {@code tensor} or {@code golden} */
  public void write(String part, String backend) throws IOException {
    var text = new StringBuilder();
    rows.forEach((op, counts) -> text.append(op).append('\t').append(counts.passed).append('\t')
        .append(counts.failed).append('\t').append(counts.skipped).append('\t')
        .append(String.join("; ", counts.reasons)).append('\n'));
    var file = Path.of("target", "op-support-" + part + "-" + backend + ".txt");
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
