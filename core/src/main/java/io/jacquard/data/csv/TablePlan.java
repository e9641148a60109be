package io.jacquard.data.csv;

import io.jacquard.JacquardException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * How a table is to be made into numbers, before any row was seen: {@link #fit} learns the rest from the training rows.
 *
 * <pre>{@code
 * var plan = TableEncoder.of("survived").classification().ignore("name", "ticket").indicators();
 * var encoder = plan.fit(Table.read(path));
 * }</pre>
 *
 * @param target the column to be predicted
 * @param goal whether that is a class or a number
 * @param ignored columns that are left out
 * @param fill what a missing number counts as
 * @param indicated whether a number that is missing in training rows gets a further input that says so
 * @param oneHot whether a category becomes an input for each of its values, or one with its number
 */
public record TablePlan(String target, Goal goal, Set<String> ignored, Fill fill, boolean indicated,
    boolean oneHot) {
  /** What kind of thing is predicted. */
  public enum Goal {
    /** A class if the target is a category or a boolean, or whole numbers of at most ten different values. */
    FROM_TARGET, CLASSIFICATION, REGRESSION
  }

  /** What a missing number counts as: a figure of the training rows that have it. */
  public enum Fill {
    MEDIAN, MEAN
  }

  /** As whole numbers, more values than these are taken for a quantity. */
  private static final int MOST_NUMBERED_CLASSES = 10;
  /** More categories than these are refused, and so are more than {@link #ALWAYS} if most rows have one of their own. */
  private static final int MOST_CATEGORIES = 1000;
  private static final int ALWAYS = 20;
  private static final Pattern DATE_LIKE = Pattern.compile("\\d{1,4}[./-]\\d{1,2}[./-]\\d{1,4}.*");
  private static final Pattern DECIMAL_COMMA = Pattern.compile("[+-]?\\d+,\\d+");

  public TablePlan {
    ignored = Set.copyOf(ignored);
    if (ignored.contains(target))
      throw new JacquardException("The target '" + target + "' cannot be ignored.");
  }

  static TablePlan of(String target) {
    return new TablePlan(target, Goal.FROM_TARGET, Set.of(), Fill.MEDIAN, false, true);
  }

  public TablePlan classification() {
    return new TablePlan(target, Goal.CLASSIFICATION, ignored, fill, indicated, oneHot);
  }

  public TablePlan regression() {
    return new TablePlan(target, Goal.REGRESSION, ignored, fill, indicated, oneHot);
  }

  /** Leaves columns out, beside those that were left out before. */
  public TablePlan ignore(String... columns) {
    var all = new LinkedHashSet<>(ignored);
    all.addAll(Arrays.asList(columns));
    return new TablePlan(target, goal, all, fill, indicated, oneHot);
  }

  public TablePlan fill(Fill fill) {
    return new TablePlan(target, goal, ignored, fill, indicated, oneHot);
  }

  public TablePlan indicators() {
    return new TablePlan(target, goal, ignored, fill, true, oneHot);
  }

  /** Categories become one input, their number from 1, as embeddings take; 0 stands for one that is not known. */
  public TablePlan index() {
    return new TablePlan(target, goal, ignored, fill, indicated, false);
  }

  /**
   * Learns from training rows what the encoding needs: means, deviations, categories, classes.
   *
   * @throws JacquardException if a column is not there (with the nearest name) or can be no input, saying why and what to
   *         do; if the target has missing values, one class only, or is no number where a number is wanted
   */
  public TableEncoder fit(Table training) {
    training.column(target);
    ignored.forEach(training::column);
    if (training.rows() == 0) throw new JacquardException(training.source() + ": no rows to learn from.");
    var unusable = unusable(training);
    if (!unusable.isEmpty()) {
      var first = unusable.entrySet().iterator().next();
      throw new JacquardException(training.source() + ": column '" + first.getKey() + "' can be no input: "
          + first.getValue() + ". Leave it out with ignore(\"" + first.getKey() + "\").");
    }
    var features = new ArrayList<Feature>();
    for (var column : training.columns()) {
      if (!column.name().equals(target) && !ignored.contains(column.name())) features.add(feature(column));
    }
    if (features.isEmpty()) {
      throw new JacquardException(training.source() + " has no column beside the target '" + target
          + "' to predict it from. Is the delimiter right?");
    }
    return new TableEncoder(features, target(training));
  }

  /** The columns that can be no input, and why, in words without a full stop. */
  public Map<String, String> unusable(Table table) {
    var reasons = new LinkedHashMap<String, String>();
    for (var column : table.columns()) {
      if (column.name().equals(target) || ignored.contains(column.name())) continue;
      if (column.missing() == column.size()) {
        reasons.put(column.name(), "it has no values");
      } else if (column instanceof Column.Texts texts && texts.type() == ColumnType.CATEGORY) {
        int count = texts.categories().size();
        if (count > MOST_CATEGORIES || count > ALWAYS && count > texts.size() / 2)
          reasons.put(column.name(), "it has " + count + " different texts in " + texts.size() + " rows"
              + lookalike(texts.categories().first()));
      }
    }
    return reasons;
  }

  private static String lookalike(String text) {
    if (DATE_LIKE.matcher(text).matches())
      return " that look like dates, which are read in the form 2024-12-31 only";
    return DECIMAL_COMMA.matcher(text).matches() ? " that look like numbers with decimal commas" : "";
  }

  private Feature feature(Column column) {
    if (column instanceof Column.Texts texts && texts.type() == ColumnType.CATEGORY) {
      return new Feature.Category(column.name(), List.copyOf(texts.categories()), column.missing() > 0,
          oneHot);
    }
    var values = values(column);
    double filled = fill == Fill.MEAN ? mean(values) : median(values);
    int missing = column.missing();
    var all = Arrays.copyOf(values, column.size());
    Arrays.fill(all, values.length, all.length, filled); // they count in the mean, as they will be inputs
    double mean = mean(all);
    return new Feature.Number(column.name(), column.type(), mean, scale(all, mean), filled,
        indicated && missing > 0);
  }

  private static double[] values(Column column) {
    return IntStream.range(0, column.size()).filter(row -> !column.isMissing(row))
        .mapToDouble(row -> Feature.Number.number(column, row)).toArray();
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) sum += value;
    return sum / values.length;
  }

  /** The standard deviation with divisor n; 1 for what does not vary, which then becomes 0. */
  private static double scale(double[] values, double mean) {
    double sum = 0;
    for (double value : values) sum += (value - mean) * (value - mean);
    double deviation = Math.sqrt(sum / values.length);
    // What is left of rounding is no variation.
    return deviation <= 1e-12 * Math.abs(mean) ? 1 : deviation;
  }

  static double median(double[] values) {
    var sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  // ---- the target

  private Target target(Table training) {
    var column = training.column(target);
    for (int row = 0; row < column.size(); row++) {
      if (column.isMissing(row)) {
        throw new JacquardException(training.source() + ", line " + training.line(row) + ": the target '"
            + target + "' is missing. Take the rows that have it: withValue(\"" + target + "\").");
      }
    }
    return isClassification(training)
        ? new Target.Classes(target, classes(training, column))
        : number(training, column);
  }

  /** Whether the goal is a class, for this table. */
  public boolean isClassification(Table table) {
    if (goal != Goal.FROM_TARGET) return goal == Goal.CLASSIFICATION;
    if (!(table.column(target) instanceof Column.Numbers numbers)) return true;
    if (numbers.type() == ColumnType.DATE) return false;
    var present = Arrays.stream(numbers.values()).filter(v -> !Double.isNaN(v));
    var different = present.distinct().limit(MOST_NUMBERED_CLASSES + 1L).toArray();
    return different.length <= MOST_NUMBERED_CLASSES
        && Arrays.stream(different).allMatch(v -> v == Math.rint(v));
  }

  private static List<String> classes(Table training, Column column) {
    var classes = switch (column) {
      case Column.Texts texts -> List.copyOf(texts.categories());
      case Column.Numbers numbers -> Arrays.stream(numbers.values()).sorted().distinct()
          .mapToObj(TableEncoder::className).toList();
    };
    if (classes.size() < 2) {
      throw new JacquardException(training.source() + ": the target '" + column.name() + "' is "
          + String.join("", classes) + " in all rows, expected at least two classes.");
    }
    if (classes.size() > MOST_CATEGORIES) {
      throw new JacquardException(training.source() + ": the target '" + column.name() + "' has "
          + classes.size() + " different values, too many for classes.");
    }
    return classes;
  }

  private Target number(Table training, Column column) {
    if (!(column instanceof Column.Numbers numbers)) {
      throw new JacquardException(training.source() + ": the target '" + target + "' is a "
          + column.type().label() + ", expected numbers for a regression. Use classification().");
    }
    double mean = mean(numbers.values());
    return new Target.Number(target, mean, scale(numbers.values(), mean));
  }
}
