package io.jacquard.cli;

import io.jacquard.JacquardException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** What a file's name says that it holds. Who mixes up runs is told so, and not what is wrong with the file's bytes. */
final class FileKind {
  private static final Pattern PICTURE = Pattern.compile("(?i).*\\.(png|jpe?g|gif|bmp)");
  private static final Pattern TEXT = Pattern.compile("(?i).*\\.(csv|tsv|txt)");

  private FileKind() {}

  /** Whether it is what a model is asked about, and no model. */
  static boolean isQuestion(Path file) {
    return matches(PICTURE, file) || matches(TEXT, file);
  }

  /** Refuses a picture, for a run of a table. */
  static void requireTable(Path file, Path run) {
    if (matches(PICTURE, file))
      throw new JacquardException(file + " is a picture, and " + run + " has learned from a table. "
          + "Name a CSV file with that table's columns, or a run of pictures.");
  }

  /** Refuses a table, for a run of pictures. */
  static void requirePicture(Path file, Path run) {
    if (matches(TEXT, file))
      throw new JacquardException(file + " is a text, and " + run + " has learned from pictures. "
          + "Name a PNG or JPEG picture, or a run of a table.");
  }

  private static boolean matches(Pattern pattern, Path file) {
    return pattern.matcher(file.toString()).matches();
  }
}
