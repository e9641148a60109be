package io.jacquard.data.csv;

import io.jacquard.JacquardException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What the cells of a column are.
 *
 * <pre>{@code
 * var format = CsvFormat.DEFAULT.type("zip", ColumnType.CATEGORY);    // not a number, though it looks like one
 * }</pre>
 */
public enum ColumnType {
  /** {@code 12}, {@code -3.5}, {@code 1e-3}. */
  NUMBER,
  /** {@code true} and {@code false}, or {@code yes} and {@code no}, in any case. */
  BOOLEAN,
  /**
   * ISO 8601: {@code 2024-12-31}, {@code 2024-12-31T23:59:59}, {@code 2024-12-31 23:59Z}. As a number, the days since
   * 1970-01-01, in UTC where no offset is given.
   */
  DATE,
  /** Any text; equal texts are one category. */
  CATEGORY;

  /** Possessive: a cell of a million digits and a letter is looked at once, not once for each digit. */
  private static final Pattern NUMBERS = Pattern
      .compile("[+-]?+(\\d++\\.?+\\d*+|\\.\\d++)([eE][+-]?+\\d++)?+");
  private static final Pattern DATES = Pattern
      .compile("\\d{4}-\\d{2}-\\d{2}([T ]\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,9})?)?(Z|[+-]\\d{2}:\\d{2})?)?");
  private static final double DAY = 86_400e9;

  /** In messages and files: {@code number}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static ColumnType labelled(String label) {
    for (var type : values()) {
      if (type.label().equals(label)) return type;
    }
    throw new JacquardException("There is no column type '" + label + "'.");
  }

  /** Whether a cell that is not missing can be of this type. */
  boolean accepts(String cell) {
    return switch (this) {
      case NUMBER -> NUMBERS.matcher(cell).matches() && Float.isFinite((float) Double.parseDouble(cell));
      case BOOLEAN -> cell.equalsIgnoreCase("true") || cell.equalsIgnoreCase("false")
          || cell.equalsIgnoreCase("yes") || cell.equalsIgnoreCase("no");
      case DATE -> DATES.matcher(cell).matches() && isDate(cell);
      case CATEGORY -> true;
    };
  }

  private static boolean isDate(String cell) {
    try {
      days(cell);
      return true;
    } catch (DateTimeException _) {
      return false; // the 31st of February
    }
  }

  /** The number that a cell which is accepted stands for. */
  double number(String cell) {
    return switch (this) {
      case NUMBER -> Double.parseDouble(cell);
      case BOOLEAN -> cell.equalsIgnoreCase("true") || cell.equalsIgnoreCase("yes") ? 1 : 0;
      case DATE -> days(cell);
      case CATEGORY -> throw new IllegalArgumentException("a category is no number");
    };
  }

  private static double days(String cell) {
    if (cell.length() == 10) return LocalDate.parse(cell).toEpochDay();
    var text = cell.replace(' ', 'T');
    boolean offset = text.endsWith("Z") || text.charAt(text.length() - 6) == '+'
        || text.charAt(text.length() - 6) == '-';
    var time = offset
        ? OffsetDateTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime()
        : LocalDateTime.parse(text);
    return time.toLocalDate().toEpochDay() + time.toLocalTime().toNanoOfDay() / DAY;
  }
}
