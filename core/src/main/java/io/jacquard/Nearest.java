package io.jacquard;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * Guesses which of some known names was meant by one that is not known, for error messages.
 *
 * <pre>{@code
 * var known = List.of("lenet", "mlp");
 * throw new JacquardException("There is no model 'lent'." + Nearest.hint("lent", known));
 * }</pre>
 */
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

  /** The number of insertions, deletions, replacements and swaps of neighbours between two words (Damerau 1964). */
  private static int edits(String a, String b) {
    var edits = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          edits[i][j] = i + j;
          continue;
        }
        int replaced = edits[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        edits[i][j] = Math.min(replaced, 1 + Math.min(edits[i - 1][j], edits[i][j - 1]));
        if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1))
          edits[i][j] = Math.min(edits[i][j], 1 + edits[i - 2][j - 2]);
      }
    }
    return edits[a.length()][b.length()];
  }
}
