package io.jacquard.data.csv;

import io.jacquard.JacquardException;
import java.util.Arrays;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A column of a {@link Table}.
 *
 * <pre>{@code
 * switch (Table.read(path).column("age")) {
 *   case Column.Numbers ages -> System.out.println(ages.values()[0]);
 *   case Column.Texts texts -> System.out.println(texts.categories());
 * }
 * }</pre>
 */
public sealed interface Column {
  String name();

  ColumnType type();

  /** The number of rows. */
  int size();

  boolean isMissing(int row);

  /** The rows of these numbers, in this order. */
  Column select(int[] rows);

  /** How many rows lack a value. */
  default int missing() {
    int missing = 0;
    for (int row = 0; row < size(); row++) {
      if (isMissing(row)) missing++;
    }
    return missing;
  }

  /**
   * Numbers or dates.
   *
   * @param values NaN where they are missing
   */
  record Numbers(String name, ColumnType type, double[] values) implements Column {
    @Override
    public int size() {
      return values.length;
    }

    @Override
    public boolean isMissing(int row) {
      return Double.isNaN(values[row]);
    }

    @Override
    public Column select(int[] rows) {
      return new Numbers(name, type, Arrays.stream(rows).mapToDouble(row -> values[row]).toArray());
    }
  }

  /**
   * Categories or booleans, as they are written.
   *
   * @param values null where they are missing
   */
  record Texts(String name, ColumnType type, @Nullable String[] values) implements Column {
    @Override
    public int size() {
      return values.length;
    }

    @Override
    public boolean isMissing(int row) {
      return values[row] == null;
    }

    @Override
    public Column select(int[] rows) {
      var selected = new @Nullable String[rows.length];
      for (int i = 0; i < rows.length; i++) selected[i] = values[rows[i]];
      return new Texts(name, type, selected);
    }

    /** The different texts, sorted. */
    public TreeSet<String> categories() {
      var categories = new TreeSet<String>();
      for (var value : values) {
        if (value != null) categories.add(value);
      }
      return categories;
    }

    /** A value that is there. */
    String at(int row) {
      var value = values[row];
      if (value == null)
        throw new JacquardException("Column '" + name + "' has no value in row " + row + ".");
      return Objects.requireNonNull(value);
    }
  }
}
