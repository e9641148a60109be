package io.jacquard;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Guesses which of some known names was meant by one that is not known, for error messages. */
public final class Nearest {
  private Nearest() {}

  /** {@code " Did you mean 'mlp'?"}, or an empty text if no name is near. */
  public static String hint(String typed, Collection<String> known) {
    return to(typed, known).map(name -> " Did you mean '" + name + "'?").orElse("");
  }

  /** The known name that takes the fewest edits, if they are at most a third of its letters (and at least one). */
  public static Optional<String> to(String typed, Collection<String> known) {
    return known.stream()
        .filter(name -> edits(typed, name) <= Math.max(1, Math.max(name.length(), typed.length()) / 3))
        .min(Comparator.comparingInt(name -> edits(typed, name)));
  }

  /** The number of insertions, deletions and replacements between two words (Levenshtein 1966). */
  private static int edits(String a, String b) {
    var row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) row[j] = j;
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
