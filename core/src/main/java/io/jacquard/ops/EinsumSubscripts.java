package io.jacquard.ops;

import io.jacquard.JacquardException;
import io.jacquard.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * The subscripts of {@link Einsum}, read and checked: for each operand a letter for each dimension, and the letters of the
 * result. Dimensions under an ellipsis have got letters of their own, the same ones counted from the last.
 */
record EinsumSubscripts(String text, List<String> operands, String result) {
  private static final String ELLIPSIS = "...";
  /** The letter of the last dimension under an ellipsis; those before it have the letters above. */
  private static final char LAST_OF_ELLIPSIS = '\u2080';

  static EinsumSubscripts of(String text, List<Shape> shapes) {
    var compact = text.replace(" ", "");
    int arrow = compact.indexOf("->");
    var left = (arrow < 0 ? compact : compact.substring(0, arrow)).split(",", -1);
    if (left.length != shapes.size()) {
      throw error(text, "there are subscripts for " + left.length + " operands, but " + shapes.size()
          + " operands. Separate subscripts by commas.");
    }
    var operands = new ArrayList<String>();
    int hidden = 0;
    for (int i = 0; i < left.length; i++) {
      int letters = letters(text, left[i]);
      int more = shapes.get(i).rank() - letters;
      if (more < 0 || more > 0 && !left[i].contains(ELLIPSIS)) {
        throw error(text,
            "'" + left[i] + "' has " + letters + " letters, operand " + i + " of shape " + shapes.get(i)
                + " has " + shapes.get(i).rank()
                + " dimensions. Write a letter for each, or '...' for any number.");
      }
      if (left[i].contains(ELLIPSIS)) hidden = Math.max(hidden, more);
      operands.add(left[i].replace(ELLIPSIS, ellipsis(more)));
    }
    var result = arrow < 0 ? implicit(operands, hidden)
        : explicit(text, compact.substring(arrow + 2), operands, hidden);
    return new EinsumSubscripts(text, List.copyOf(operands), result);
  }

  /** How many letters there are; anything else but one ellipsis is refused. */
  private static int letters(String text, String subscripts) {
    var letters = subscripts;
    int at = subscripts.indexOf(ELLIPSIS);
    if (at >= 0) letters = subscripts.substring(0, at) + subscripts.substring(at + ELLIPSIS.length());
    for (char c : letters.toCharArray()) {
      if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z')) {
        throw error(text, "'" + c + "' in '" + subscripts
            + "' is no letter. Expected letters, one '...' at most, commas, and one '->' before the result.");
      }
    }
    return letters.length();
  }

  private static String ellipsis(int dimensions) {
    var letters = new StringBuilder();
    for (int d = dimensions - 1; d >= 0; d--) letters.append((char) (LAST_OF_ELLIPSIS + d));
    return letters.toString();
  }

  static boolean isHidden(char letter) {
    return letter >= LAST_OF_ELLIPSIS;
  }

  /** The ellipsis, then the letters that occur once, capitals first, as PyTorch orders them. */
  private static String implicit(List<String> operands, int hidden) {
    var counts = new TreeMap<Character, Integer>();
    for (char c : String.join("", operands).toCharArray()) counts.merge(c, 1, Integer::sum);
    var result = new StringBuilder(ellipsis(hidden));
    counts.forEach((letter, count) -> {
      if (count == 1 && !isHidden(letter)) result.append(letter);
    });
    return result.toString();
  }

  private static String explicit(String text, String result, List<String> operands, int hidden) {
    letters(text, result);
    var letters = result.replace(ELLIPSIS, ellipsis(hidden));
    var all = String.join("", operands);
    for (int i = 0; i < letters.length(); i++) {
      char letter = letters.charAt(i);
      if (letters.indexOf(letter, i + 1) >= 0) {
        throw error(text,
            "the result has '" + letter + "' twice, expected once. For a diagonal, use diagonal or diag.");
      }
      if (all.indexOf(letter) < 0) {
        throw error(text, "the result has '" + letter + "', which no operand has.");
      }
    }
    return letters;
  }

  JacquardException error(String what) {
    return error(text, what);
  }

  private static JacquardException error(String text, String what) {
    return new JacquardException("einsum '" + text + "': " + what);
  }
}
