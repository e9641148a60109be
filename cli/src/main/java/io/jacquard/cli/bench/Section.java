package io.jacquard.cli.bench;

import io.jacquard.JacquardException;
import io.jacquard.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Puts a {@link BenchReport} into a page of Markdown that people wrote, between the lines {@value #BEGIN} and {@value #END}.
 *
 * <pre>{@code
 * Section.write(report, Path.of("docs/backends.md"));
 * }</pre>
 */
public final class Section {
  static final String BEGIN = "<!-- figures of jacquard bench -->";
  static final String END = "<!-- end of figures -->";

  private Section() {}

  /** @throws JacquardException if the page has no such lines; nothing is changed then */
  public static void write(BenchReport report, Path page) {
    AtomicFile.write(page, with(page, report).getBytes(StandardCharsets.UTF_8));
  }

  /** Refuses a page that {@link #write} would refuse. */
  public static void require(Path page) {
    begin(page, read(page));
  }

  private static String with(Path page, BenchReport report) {
    var text = read(page);
    int begin = begin(page, text);
    return text.substring(0, begin) + "\n" + Tables.markdown(report, "####")
        + text.substring(text.indexOf(END, begin));
  }

  private static int begin(Path page, String text) {
    int begin = text.indexOf(BEGIN + "\n") + BEGIN.length() + 1;
    if (begin > BEGIN.length() && text.indexOf(END, begin) >= 0) return begin;
    throw new JacquardException(
        "--markdown " + page + ": the page has no place for figures. Give it the lines '"
            + BEGIN + "' and '" + END + "'.");
  }

  private static String read(Path page) {
    try {
      return Files.readString(page);
    } catch (IOException e) {
      throw new JacquardException("--markdown " + page + " cannot be read: " + e.getMessage() + ".", e);
    }
  }
}
