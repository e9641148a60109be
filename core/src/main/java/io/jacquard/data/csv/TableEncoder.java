package io.jacquard.data.csv;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Nearest;
import io.jacquard.Shape;
import io.jacquard.data.TensorDataset;
import io.jacquard.tensor.Tensor;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes inputs and targets of a table's rows, with what it has learned of the training rows: numbers become {@code (value
 * - mean) / deviation}, categories an input for each. It is kept with the model, so that what is predicted from is
 * treated as what was trained on.
 *
 * <pre>{@code
 * var table = Table.read(path);
 * var parts = Split.random(table.rows(), 1, 0.8, 0.2);
 * var encoder = TableEncoder.of("price").fit(table.select(parts.get(0)));
 * var model = Sequential.of(new Linear(encoder.width(), 32), new ReLU(), new Linear(32, encoder.outputs()));
 * trainer.fit(encoder.encode(table.select(parts.get(0))), Fit.epochs(20));
 * String kept = encoder.toJson();                       // and TableEncoder.fromJson(kept)
 * }</pre>
 */
public final class TableEncoder {
  private final List<Feature> features;
  private final Target target;
  /** Is told of what cannot be encoded; null if that is an error. */
  private final @Nullable Consumer<String> notices;

  TableEncoder(List<Feature> features, Target target) {
    this(features, target, null);
  }

  private TableEncoder(List<Feature> features, Target target, @Nullable Consumer<String> notices) {
    this.features = List.copyOf(features);
    this.target = target;
    this.notices = notices;
  }

  /** A plan to predict a column from all others. */
  public static TablePlan of(String target) {
    return TablePlan.of(target);
  }

  /**
   * The same encoder, lenient where a row has a category that no training row had: none of the category's inputs is then
   * 1. Without this, it is an error.
   *
   * @param notices is told the line, the column and the value
   */
  public TableEncoder tolerating(Consumer<String> notices) {
    return new TableEncoder(features, target, notices);
  }

  /** The number of inputs of a row. */
  public int width() {
    return features.stream().mapToInt(Feature::width).sum();
  }

  /** The number of outputs that a model needs: the classes, or 1. */
  public int outputs() {
    return target instanceof Target.Classes(var _, var classes) ? classes.size() : 1;
  }

  /** The name of each input, such as {@code age} or {@code color=red}. */
  public List<String> inputs() {
    return features.stream().flatMap(feature -> feature.inputs().stream()).toList();
  }

  public Target target() {
    return target;
  }

  List<Feature> features() {
    return features;
  }

  /** What the columns are that inputs are made of, to read another file alike: {@link CsvFormat#types}. */
  public Map<String, ColumnType> types() {
    var types = new LinkedHashMap<String, ColumnType>();
    for (var feature : features) types.put(feature.name(), feature.type());
    return types;
  }

  /** How many inputs each column becomes, in the order of the inputs. */
  public SequencedMap<String, Integer> widths() {
    var widths = new LinkedHashMap<String, Integer>();
    for (var feature : features) widths.put(feature.name(), feature.width());
    return widths;
  }

  /** Inputs [rows, width] as float32, and targets: class numbers [rows] as int64, or float32 [rows, 1]. */
  public TensorDataset encode(Table table) {
    var x = Tensor.of(inputs(table), Shape.of(table.rows(), width()));
    var y = switch (target) {
      case Target.Classes(var _, var _) -> Tensor.of(labels(table)).to(DType.INT64);
      case Target.Number(var name, double mean, double scale) ->
        Tensor.of(scaled(table, name, mean, scale), Shape.of(table.rows(), 1));
    };
    return new TensorDataset(x, y);
  }

  /** The inputs of all rows, row by row. Columns are found by name; the table may have others too. */
  public float[] inputs(Table table) {
    int width = width();
    var inputs = new float[Math.multiplyExact(table.rows(), width)];
    int at = 0;
    for (var feature : features) {
      var column = column(table, feature);
      var cell = new At(table);
      for (cell.row = 0; cell.row < table.rows(); cell.row++)
        feature.write(column, cell, inputs, cell.row * width + at);
      at += feature.width();
    }
    return inputs;
  }

  private static Column column(Table table, Feature feature) {
    if (!table.has(feature.name())) {
      throw new JacquardException(table.source() + " lacks the column '" + feature.name()
          + "', which the model predicts from." + Nearest.hint(feature.name(), table.names()));
    }
    var column = table.column(feature.name());
    if (column.type() != feature.type()) {
      throw new JacquardException(table.source() + ": column '" + feature.name() + "' is "
          + column.type().label() + ", but was " + feature.type().label()
          + " in training. Read the file with types(encoder.types()).");
    }
    return column;
  }

  /** A place in a table. */
  private final class At implements Feature.Cell {
    private final Table table;
    private int row;

    At(Table table) {
      this.table = table;
    }

    @Override
    public int row() {
      return row;
    }

    @Override
    public void unseen(Feature feature, String problem) {
      var text = table.source() + ", line " + table.line(row) + ": '" + feature.name() + "' " + problem;
      if (notices == null)
        throw new JacquardException(text + ". Train with such rows, or use tolerating().");
      notices.accept(text);
    }
  }

  /** The class number of each row. */
  public int[] labels(Table table) {
    if (!(target instanceof Target.Classes(var name, var classes)))
      throw new JacquardException("The target '" + target.name() + "' is a number and has no classes.");
    var numbers = new LinkedHashMap<String, Integer>();
    for (var known : classes) numbers.put(known, numbers.size());
    var column = table.column(name);
    var labels = new int[table.rows()];
    for (int row = 0; row < labels.length; row++) {
      requireTarget(table, column, row);
      var value = switch (column) {
        case Column.Texts texts -> texts.at(row);
        case Column.Numbers given -> className(given.values()[row]);
      };
      var number = numbers.get(value);
      if (number == null) {
        throw new JacquardException(table.source() + ", line " + table.line(row) + ": the target '" + name
            + "' is '" + CsvFile.shorten(value) + "', which is none of the " + classes.size()
            + " classes of the training rows." + Nearest.hint(value, classes));
      }
      labels[row] = number;
    }
    return labels;
  }

  private static float[] scaled(Table table, String name, double mean, double scale) {
    if (!(table.column(name) instanceof Column.Numbers column)) {
      throw new JacquardException(table.source() + ": the target '" + name + "' is "
          + table.column(name).type().label() + ", expected numbers.");
    }
    var values = new float[table.rows()];
    for (int row = 0; row < values.length; row++) {
      requireTarget(table, column, row);
      values[row] = (float) ((column.values()[row] - mean) / scale);
    }
    return values;
  }

  private static void requireTarget(Table table, Column column, int row) {
    if (column.isMissing(row)) {
      throw new JacquardException(table.source() + ", line " + table.line(row) + ": the target '"
          + column.name() + "' is missing. Take the rows that have it: withValue(\"" + column.name()
          + "\").");
    }
  }

  /** A number as the name of a class: {@code 3}, {@code 0.5}. */
  static String className(double value) {
    return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
  }

  // ---- kept with the model

  /** All that it knows, as JSON. */
  public String toJson() {
    return EncoderJson.write(this);
  }

  /**
   * Reads what {@link #toJson} wrote. Nothing in the text is believed that could not have come from there.
   *
   * @throws JacquardException saying what is wrong with it
   */
  public static TableEncoder fromJson(String json) {
    return EncoderJson.read(json);
  }

  @Override
  public String toString() {
    var names = new ArrayList<>(types().keySet());
    return "TableEncoder(" + names.size() + " columns, " + width() + " inputs, target " + target.name() + ")";
  }
}
