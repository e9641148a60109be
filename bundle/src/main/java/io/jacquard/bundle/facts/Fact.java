package io.jacquard.bundle.facts;

import java.util.Locale;
import java.util.Optional;

/**
 * Something about a device, as a line that one process says to another: {@code @fact NAME TEXT NUMBER UNIT}, by tabs.
 *
 * @param text in words; empty for a number
 * @param number NaN for a text
 * @param failed whether the text says why it is not known
 */
record Fact(String name, String text, double number, String unit, boolean failed) {
  private static final String MARK = "@fact";

  static Fact of(String name, String text) {
    return new Fact(name, flat(text), Double.NaN, "", false);
  }

  static Fact of(String name, double number, String unit) {
    return new Fact(name, "", number, unit, false);
  }

  static Fact failed(String name, Throwable why) {
    return new Fact(name, flat(why instanceof RuntimeException && why.getMessage() != null ? why.getMessage()
        : why.toString()), Double.NaN, "", true);
  }

  private static String flat(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }

  String line() {
    return String.join("\t", MARK, name, text, Double.toString(number), unit, Boolean.toString(failed));
  }

  /** Empty for a line that is none. */
  static Optional<Fact> parse(String line) {
    var parts = line.split("\t", -1);
    if (parts.length != 6 || !parts[0].equals(MARK)) return Optional.empty();
    return Optional.of(new Fact(parts[1], parts[2], Double.parseDouble(parts[3]), parts[4],
        Boolean.parseBoolean(parts[5])));
  }

  /** For people. */
  String shown() {
    var value = failed ? "FAILED: " + text : Double.isNaN(number) ? text
        : String.format(Locale.ROOT, number >= 100 ? "%,.0f %s" : "%.3g %s", number, unit);
    return String.format(Locale.ROOT, "  %-44s %s", name, value);
  }
}
