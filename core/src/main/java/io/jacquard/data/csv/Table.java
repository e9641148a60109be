package io.jacquard.data.csv;

import io.jacquard.JacquardException;
import io.jacquard.Nearest;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Rows with named, typed columns, read from a CSV file.
 *
 * <pre>{@code
 * var table = Table.read(Path.of("houses.csv"));
 * var parts = Split.random(table.rows(), 1, 0.8, 0.2);
 * var train = table.select(parts.get(0));
 * var encoder = TableEncoder.of("price").fit(train);
 * trainer.fit(encoder.encode(train), Fit.epochs(20));
 * }</pre>
 */
public final class Table {
  private final String source;
  private final List<Column> columns;
  private final int[] lines;

  /**
   * @param source what messages call it: the file
   * @param columns of equal size, with names of their own
   * @param lines where each row begins in the file, from 1
   */
  Table(String source, List<Column> columns, int[] lines) {
    this.source = source;
    this.columns = List.copyOf(columns);
    this.lines = lines;
  }

  /** Reads a file, finding out its delimiter and what its columns are. */
  public static Table read(Path path) {
    return read(path, CsvFormat.DEFAULT);
  }

  /**
   * Reads a file.
   *
   * @throws JacquardException naming the file and the line, if a line has too few or too many fields, a cell is not of its
   *         column's type, a name comes twice, or there is no row
   */
  public static Table read(Path path, CsvFormat format) {
    return new CsvFile(path, format).table();
  }

  /** What it was read from. */
  public String source() {
    return source;
  }

  public int rows() {
    return lines.length;
  }

  /** The line of the file in which a row begins, from 1. */
  public int line(int row) {
    return lines[row];
  }

  public List<Column> columns() {
    return columns;
  }

  public List<String> names() {
    return columns.stream().map(Column::name).toList();
  }

  /** What each column is, by name. */
  public Map<String, ColumnType> types() {
    var types = new LinkedHashMap<String, ColumnType>();
    for (var column : columns) types.put(column.name(), column.type());
    return types;
  }

  public boolean has(String name) {
    return names().contains(name);
  }

  /** @throws JacquardException with the nearest name, if there is no such column */
  public Column column(String name) {
    for (var column : columns) {
      if (column.name().equals(name)) return column;
    }
    throw new JacquardException(
        source + " has no column '" + name + "'." + hint(name) + " " + listed());
  }

  private String hint(String name) {
    return Nearest.hint(name, names());
  }

  private String listed() {
    var names = names();
    int shown = 10;
    return "Its columns are " + String.join(", ", names.subList(0, Math.min(shown, names.size())))
        + (names.size() > shown ? " and " + (names.size() - shown) + " more." : ".");
  }

  /** The rows of these numbers, in this order. */
  public Table select(int[] rows) {
    for (int row : rows) {
      if (row < 0 || row >= rows()) {
        throw new JacquardException(source + " has no row " + row + ", expected 0 to " + (rows() - 1) + ".");
      }
    }
    return new Table(source, columns.stream().map(column -> column.select(rows)).toList(),
        Arrays.stream(rows).map(row -> lines[row]).toArray());
  }

  /** All columns but these. */
  public Table without(String... names) {
    var left = new HashSet<String>();
    for (var name : names) left.add(column(name).name());
    return new Table(source, columns.stream().filter(c -> !left.contains(c.name())).toList(), lines);
  }

  /** The rows in which a column has a value. */
  public Table withValue(String name) {
    var column = column(name);
    return select(IntStream.range(0, rows()).filter(row -> !column.isMissing(row)).toArray());
  }

  /** {@code houses.csv: 506 rows; price number, street category, ...} */
  @Override
  public String toString() {
    return source + ": " + rows() + " rows; "
        + String.join(", ", columns.stream().map(c -> c.name() + " " + c.type().label()).toList());
  }
}
