package io.jacquard.data.csv;

import io.jacquard.JacquardException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * How a CSV file is to be read; whatever is not said is found out.
 *
 * <pre>{@code
 * var format = CsvFormat.DEFAULT.delimiter(';').decimalComma().type("zip", ColumnType.CATEGORY);
 * var table = Table.read(path, format);
 * }</pre>
 *
 * @param delimiter between the fields; 0 to find out whether it is comma, semicolon or tab
 * @param header whether the first line names the columns; without, they are {@code column1}, {@code column2}, ...
 * @param decimalCommas whether numbers are written as {@code 3,14}
 * @param missing the texts that stand for a missing value
 * @param types of columns by name, where what the cells look like would mislead
 */
public record CsvFormat(char delimiter, boolean header, boolean decimalCommas, Set<String> missing,
    Map<String, ColumnType> types) {
  /** The texts that count as missing unless said otherwise; the first is that of an empty cell. */
  public static final Set<String> MISSING = Set.of("", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null",
      "None", "?");

  public static final CsvFormat DEFAULT = new CsvFormat('\0', true, false, MISSING, Map.of());

  public CsvFormat {
    if (delimiter == '"' || delimiter == '\n' || delimiter == '\r')
      throw new JacquardException("CsvFormat: a quote or a line break cannot be the delimiter.");
    if (decimalCommas && delimiter == ',') {
      throw new JacquardException(
          "CsvFormat: the comma cannot be both delimiter and decimal comma. Use another delimiter.");
    }
    missing = Set.copyOf(missing);
    types = Map.copyOf(types);
  }

  public CsvFormat delimiter(char delimiter) {
    return new CsvFormat(delimiter, header, decimalCommas, missing, types);
  }

  public CsvFormat noHeader() {
    return new CsvFormat(delimiter, false, decimalCommas, missing, types);
  }

  public CsvFormat decimalComma() {
    return new CsvFormat(delimiter, header, true, missing, types);
  }

  /** The texts that stand for a missing value, instead of {@link #MISSING}. */
  public CsvFormat missing(Set<String> texts) {
    return new CsvFormat(delimiter, header, decimalCommas, texts, types);
  }

  /** Says what a column is. */
  public CsvFormat type(String column, ColumnType type) {
    var all = new LinkedHashMap<>(types);
    all.put(column, type);
    return types(all);
  }

  public CsvFormat types(Map<String, ColumnType> types) {
    return new CsvFormat(delimiter, header, decimalCommas, missing, types);
  }

  /** The text of a cell without the space around it. */
  String cell(String field) {
    return field.strip();
  }

  boolean isMissing(String cell) {
    return missing.contains(cell);
  }

  /** A cell as the types read it: with a decimal point. */
  String numeral(String cell) {
    return decimalCommas && cell.indexOf('.') < 0 ? cell.replace(',', '.') : cell;
  }
}
