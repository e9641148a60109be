package io.jacquard.cli;

import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.data.ClassWeights;
import io.jacquard.data.Dataset;
import io.jacquard.data.Split;
import io.jacquard.data.TensorDataset;
import io.jacquard.data.csv.CsvFormat;
import io.jacquard.data.csv.Table;
import io.jacquard.data.csv.TableEncoder;
import io.jacquard.data.csv.TablePlan;
import io.jacquard.data.csv.Target;
import io.jacquard.nn.Loss;
import io.jacquard.nn.Module;
import io.jacquard.tensor.Tensor;
import io.jacquard.train.Evaluation;
import io.jacquard.train.Fit;
import io.jacquard.train.Metric;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What {@code jacquard train csv} trains on: the rows of a table, cut into three parts; the encoding is learned from the
 * first alone.
 */
final class CsvTask implements Task {
  static final String NAME = "csv";
  /** From this ratio of the largest class to the smallest on, the user is told. */
  private static final double UNEVEN = 3;
  private static final int MOST_CLASSES_SHOWN = 10;
  private static final int STEPS = 2000;

  /**
   * What the command line says.
   *
   * @param epochs null to go by the number of rows
   * @param batch null to go by the number of rows
   */
  record Asked(Path file, CsvFormat format, String target, boolean classes, boolean numbers,
      List<String> ignore,
      double validation, double test, Hidden hidden, boolean balance, @Nullable Integer epochs,
      @Nullable Integer batch) {}

  private final TrainSettings settings;
  private final Asked asked;
  private final TableEncoder encoder;
  private final TensorDataset train;
  private final TensorDataset validation;
  private final TensorDataset test;
  /** The class of each training row; null for a regression. */
  private final int @Nullable [] labels;
  private final List<String> notices;

  private CsvTask(TrainSettings settings, Asked asked, Table table, TablePlan plan, List<String> notices) {
    this.settings = settings;
    this.asked = asked;
    this.notices = notices;
    var parts = parts(table, plan);
    var training = table.select(parts.get(0));
    encoder = plan.fit(training);
    labels = encoder.target() instanceof Target.Classes ? encoder.labels(training) : null;
    train = encoder.encode(training);
    var unseen = new ArrayList<String>();
    var lenient = encoder.tolerating(unseen::add);
    validation = lenient.encode(table.select(parts.get(1)));
    test = lenient.encode(table.select(parts.get(2)));
    if (!unseen.isEmpty()) {
      notices.add(unseen.size() + (unseen.size() == 1 ? " cell" : " cells")
          + " to validate or test with no training row has, such as: " + unseen.getFirst() + ".");
    }
  }

  static CsvTask load(TrainSettings settings, Asked asked) {
    var table = Table.read(asked.file, asked.format);
    var notices = new ArrayList<String>();
    int rows = table.rows();
    table = table.withValue(asked.target);
    if (table.rows() < rows)
      notices.add(rows - table.rows() + " rows are left out, since their target is missing.");
    var plan = TableEncoder.of(asked.target).indicators().ignore(asked.ignore.toArray(String[]::new));
    for (var column : asked.ignore) table.column(column);
    if (asked.classes) plan = plan.classification();
    if (asked.numbers) plan = plan.regression();
    var unusable = plan.unusable(table);
    unusable.forEach((column, why) -> notices.add("Column '" + column + "' is left out: " + why + "."));
    return new CsvTask(settings, asked, table, plan.ignore(unusable.keySet().toArray(String[]::new)),
        notices);
  }

  private List<int[]> parts(Table table, TablePlan plan) {
    double[] shares = {1 - asked.validation - asked.test, asked.validation, asked.test};
    if (!plan.isClassification(table)) return Split.random(table.rows(), settings.seed(), shares);
    var all = plan.fit(table);
    var labels = all.labels(table);
    var classes = ((Target.Classes) all.target()).classes();
    var counts = ClassWeights.counts(labels, classes.size());
    for (int c = 0; c < counts.length; c++) {
      if (counts[c] < shares.length) {
        throw new JacquardException(table.source() + ": class '" + classes.get(c) + "' of '" + asked.target
            + "' has " + counts[c] + (counts[c] == 1 ? " row" : " rows")
            + ", expected at least 3: to train, to validate and to test with. Remove it"
            + (asked.classes ? "." : ", or say --numbers if the target is a quantity."));
      }
    }
    return Split.stratified(labels, settings.seed(), shares);
  }

  // ---- words

  @Override
  public String describe() {
    var text = new StringBuilder("Data: ").append(asked.file).append(" · ").append(Format.count(train.size()))
        .append(" rows to train with, ").append(Format.count(validation.size())).append(" to validate, ")
        .append(Format.count(test.size())).append(" to test with · ").append(encoder.types().size())
        .append(encoder.types().size() == 1 ? " column, " : " columns, ").append(encoder.width())
        .append(encoder.width() == 1 ? " input" : " inputs");
    text.append("\nTarget: ").append(asked.target).append(labels == null
        ? ", a number"
        : ", " + encoder.outputs() + " classes" + mix(labels));
    notices.forEach(notice -> text.append('\n').append(notice));
    return text.toString();
  }

  private List<String> classes() {
    return encoder.target() instanceof Target.Classes(var _, var classes) ? classes : List.of();
  }

  /** How many rows each class has, and whether that is uneven. */
  private String mix(int[] labels) {
    var counts = ClassWeights.counts(labels, encoder.outputs());
    var classes = classes();
    var text = classes.size() > MOST_CLASSES_SHOWN
        ? ""
        : IntStream.range(0, counts.length).mapToObj(c -> classes.get(c) + " " + Format.count(counts[c]))
            .collect(Collectors.joining(", ", " (", ")"));
    var sorted = counts.clone();
    Arrays.sort(sorted);
    double ratio = (double) sorted[sorted.length - 1] / Math.max(1, sorted[0]);
    if (ratio < UNEVEN) return text;
    return text + "\nThe classes are uneven, " + Format.count(ratio) + " to 1: " + (asked.balance
        ? "they weigh the same."
        : "accuracy says little, look at f1; --balance lets them weigh the same.");
  }

  @Override
  public String source() {
    return asked.file.toString();
  }

  @Override
  public boolean generated() {
    return false;
  }

  @Override
  public String samples() {
    return "rows";
  }

  @Override
  public String details(Evaluation test) {
    return test.confusion().filter(_ -> encoder.outputs() <= MOST_CLASSES_SHOWN)
        .map(matrix -> matrix.named(classes())).map(matrix -> "\n" + matrix.report() + "\n\n" + matrix + "\n")
        .orElse("");
  }

  // ---- training

  private Hidden hidden() {
    long rows = train.size();
    return asked.hidden.or(rows < 1000 ? List.of(32) : rows < 20_000 ? List.of(64, 32) : List.of(128, 64));
  }

  @Override
  public Module model() {
    return CsvModel.of(encoder.width(), hidden(), encoder.outputs());
  }

  @Override
  public Shape sample() {
    return Shape.of(1, encoder.width());
  }

  @Override
  public Loss loss() {
    if (labels == null) return Loss.mse();
    if (!asked.balance) return Loss.crossEntropy();
    var weights = ClassWeights.balanced(labels, encoder.outputs());
    var floats = new float[weights.length];
    for (int c = 0; c < floats.length; c++) floats[c] = (float) weights[c];
    return Loss.crossEntropy().weight(Tensor.of(floats).hold());
  }

  @Override
  public List<Metric> metrics() {
    if (encoder.target() instanceof Target.Number(var _, var _, double scale))
      return List.of(Metric.r2(), scaled(Metric.mae(), scale));
    int classes = encoder.outputs();
    return classes == 2
        ? List.of(Metric.accuracy(), Metric.f1(classes), Metric.auc())
        : List.of(Metric.accuracy(), Metric.f1(classes));
  }

  /** In the units of the target's column. */
  private static Metric scaled(Metric metric, double scale) {
    return Metric.sums(metric.name(), metric::contribution, (sum, n) -> scale * metric.value(sum, n));
  }

  /** Larger batches for more rows: 8 to 256. */
  @Override
  public int batch() {
    if (asked.batch != null) return asked.batch;
    return Math.clamp(Long.highestOneBit(Math.max(1, train.size() / 64)), 8, 256);
  }

  /** So many that there are about 2,000 steps: 10 to 200. */
  @Override
  public int epochs() {
    if (asked.epochs != null) return asked.epochs;
    long steps = Math.ceilDiv(train.size(), batch());
    return Math.clamp(STEPS / steps, 10, 200);
  }

  @Override
  public Dataset train() {
    return train;
  }

  @Override
  public Fit watched(Fit fit) {
    return fit.validation(validation);
  }

  @Override
  public Dataset test() {
    return test;
  }

  @Override
  public Map<String, String> metadata() {
    var metadata = new LinkedHashMap<>(CsvModel.format(asked.format));
    metadata.put("model", "mlp");
    metadata.put("task", NAME);
    metadata.put("version", Version.jacquard());
    metadata.put(CsvModel.ENCODER, encoder.toJson());
    metadata.putAll(hidden().metadata());
    return metadata;
  }

  @Override
  public SequencedMap<String, Object> options() {
    var map = settings.toMap(epochs(), batch());
    map.put("target", asked.target);
    hidden().addTo(map);
    map.put("ignore", asked.ignore);
    map.put("validation", asked.validation);
    map.put("test", asked.test);
    map.put("balance", asked.balance);
    return map;
  }
}
