package io.jacquard.data.csv;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How one column of a table becomes inputs; what it needs to know of the training rows is in it. */
sealed interface Feature {
  /** Of the column. */
  String name();

  ColumnType type();

  /** How many inputs it becomes. */
  int width();

  /** Writes the inputs of one row from {@code at} on, which are 0 before. */
  void write(Column column, Cell cell, float[] inputs, int at);

  /** The names of its inputs, such as {@code color=red}. */
  List<String> inputs();

  /** Where a cell stands, and what to do when it cannot be encoded. */
  interface Cell {
    int row();

    /** A category that no training row has, or a missing value where there was none. */
    void unseen(Feature feature, String problem);
  }

  /**
   * {@code (value - mean) / scale}; a missing value counts as {@code fill}.
   *
   * @param indicator whether another input is 1 where the value is missing
   */
  record Number(String name, ColumnType type, double mean, double scale, double fill, boolean indicator)
      implements
        Feature {
    @Override
    public int width() {
      return indicator ? 2 : 1;
    }

    @Override
    public void write(Column column, Cell cell, float[] inputs, int at) {
      boolean missing = column.isMissing(cell.row());
      double value = missing ? fill : number(column, cell.row());
      inputs[at] = (float) ((value - mean) / scale);
      if (indicator && missing) inputs[at + 1] = 1;
    }

    static double number(Column column, int row) {
      return switch (column) {
        case Column.Numbers numbers -> numbers.values()[row];
        case Column.Texts texts -> ColumnType.BOOLEAN.number(texts.at(row));
      };
    }

    @Override
    public List<String> inputs() {
      return indicator ? List.of(name, name + "=missing") : List.of(name);
    }
  }

  /**
   * One input for each category, of which one is 1; or one input, the number of the category from 1, and 0 for none.
   *
   * @param categories sorted
   * @param missing whether training rows lacked it: missing is then a category too, the last
   */
  record Category(String name, List<String> categories, boolean missing, boolean oneHot) implements Feature {
    public Category {
      categories = List.copyOf(categories);
    }

    @Override
    public ColumnType type() {
      return ColumnType.CATEGORY;
    }

    private int count() {
      return categories.size() + (missing ? 1 : 0);
    }

    @Override
    public int width() {
      return oneHot ? count() : 1;
    }

    @Override
    public void write(Column column, Cell cell, float[] inputs, int at) {
      int place = place((Column.Texts) column, cell);
      if (!oneHot)
        inputs[at] = place + 1;
      else
        if (place >= 0) inputs[at + place] = 1;
    }

    /** From 0; -1 for none. */
    private int place(Column.Texts column, Cell cell) {
      if (column.isMissing(cell.row())) {
        if (missing) return categories.size();
        cell.unseen(this, "is missing, which it never was in the training rows");
        return -1;
      }
      var value = column.at(cell.row());
      int place = Arrays.binarySearch(categories.toArray(), value);
      if (place >= 0) return place;
      cell.unseen(this, "is '" + CsvFile.shorten(value) + "', which no training row has");
      return -1;
    }

    @Override
    public List<String> inputs() {
      if (!oneHot) return List.of(name);
      var names = new ArrayList<>(categories.stream().map(c -> name + "=" + c).toList());
      if (missing) names.add(name + "=missing");
      return names;
    }
  }
}
