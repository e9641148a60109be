package io.jacquard.train;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.ops.RequireRange;
import io.jacquard.ops.ScatterAdd;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How often samples of each class were taken for each class, and what follows from it.
 *
 * <pre>{@code
 * var matrix = new ConfusionMatrix(List.of("cat", "dog"), new long[][] {{8, 2}, {1, 9}});
 * System.out.println(matrix);                  // a table: a row for each true class
 * System.out.println(matrix.report());         // precision, recall and F1 of each class
 * double f1 = matrix.f1(Average.MACRO);
 * }</pre>
 *
 * <p>A trainer with a metric that counts one, such as {@link Metric#f1(int)}, gives it with {@link
 * Evaluation#confusion}. A ratio without samples (no prediction of a class, no sample of it) counts as 0, as
 * scikit-learn has it.
 *
 * @param classes their names
 * @param counts {@code counts[actual][predicted]}
 */
public record ConfusionMatrix(List<String> classes, long[][] counts) {
  private static final int GAP = 2;

  public ConfusionMatrix {
    classes = List.copyOf(classes);
    counts = counts.clone();
    for (int i = 0; i < counts.length; i++) counts[i] = counts[i].clone();
    for (var row : counts) {
      if (counts.length != classes.size() || row.length != classes.size()) {
        throw new JacquardException("ConfusionMatrix: " + classes.size() + " classes and " + counts.length
            + " rows of " + row.length + " counts, expected a square of that size.");
      }
    }
  }

  /** The same counts with names for the classes, which are numbers without. */
  public ConfusionMatrix named(List<String> names) {
    return new ConfusionMatrix(names, counts);
  }

  // ---- as a metric

  /** A metric whose state is a confusion matrix. */
  static Metric metric(String name, int classes, ToDoubleFunction<ConfusionMatrix> value) {
    if (classes < 2)
      throw new JacquardException(name + ": " + classes + " classes, expected 2 or more.");
    return new OfClasses(name, classes, value);
  }

  /** Counts on the device; the value is computed from the counts. */
  record OfClasses(String name, int classes, ToDoubleFunction<ConfusionMatrix> of) implements Metric {
    @Override
    public State state() {
      return State.COUNTS;
    }

    /** The counts [C, C] of logits [N, C], or of one logit [N] or [N, 1] for two classes, against labels [N]. */
    @Override
    public Tensor contribution(Tensor prediction, Tensor target) {
      boolean single = prediction.rank() == 1 || prediction.rank() == 2 && prediction.size(1) == 1;
      if (single ? classes != 2 : prediction.rank() != 2 || prediction.size(1) != classes) {
        throw new JacquardException(name + ": predictions " + prediction.shape()
            + ", expected logits [N, " + classes + "]" + (classes == 2 ? ", [N] or [N, 1]." : "."));
      }
      long n = prediction.size(0);
      if (target.numel() != n) {
        throw new JacquardException(name + ": predictions " + prediction.shape() + " and labels "
            + target.shape() + ", expected a label a sample.");
      }
      var predicted = single
          ? prediction.reshape(n).gt(0).to(DType.INT64)
          : prediction.argmax(1);
      var label = target.reshape(n).to(DType.INT64);
      Tensor.apply(
          new RequireRange(name + ": label", classes, "Check the labels, or say how many classes there are."),
          label);
      var cell = Tensor.fuse((l, p) -> l.mul(classes).add(p), label, predicted);
      var ones = Tensor.ones(cell.device(), DType.FLOAT32, Shape.of(n));
      return Tensor.apply(new ScatterAdd((long) classes * classes), cell, ones)[0].reshape(classes, classes);
    }

    @Override
    public double value(double[] state, long samples) {
      return of.applyAsDouble(matrix(state));
    }

    ConfusionMatrix matrix(double[] state) {
      var counts = new long[classes][classes];
      for (int i = 0; i < state.length; i++) counts[i / classes][i % classes] = Math.round(state[i]);
      return new ConfusionMatrix(IntStream.range(0, classes).mapToObj(Integer::toString).toList(), counts);
    }
  }

  // ---- what follows

  /** Samples of a class. */
  public long support(int actual) {
    long sum = 0;
    for (long count : counts[actual]) sum += count;
    return sum;
  }

  /** Samples that were taken for a class. */
  public long predicted(int as) {
    long sum = 0;
    for (var row : counts) sum += row[as];
    return sum;
  }

  public long samples() {
    return IntStream.range(0, counts.length).mapToLong(this::support).sum();
  }

  private long right() {
    return IntStream.range(0, counts.length).mapToLong(c -> counts[c][c]).sum();
  }

  /** The share of samples that were taken for what they are. */
  public double accuracy() {
    return ratio(right(), samples());
  }

  /** Of those taken for class c, the share that is. */
  public double precision(int c) {
    return ratio(counts[c][c], predicted(c));
  }

  /** Of those that are of class c, the share that was taken for it. */
  public double recall(int c) {
    return ratio(counts[c][c], support(c));
  }

  /** {@code 2 * right / (samples of the class + predictions of it)}: the harmonic mean of precision and recall. */
  public double f1(int c) {
    return ratio(2 * counts[c][c], support(c) + predicted(c));
  }

  public double precision(Average how) {
    return average(how, this::precision);
  }

  public double recall(Average how) {
    return average(how, this::recall);
  }

  public double f1(Average how) {
    return average(how, this::f1);
  }

  private double average(Average how, IntToDoubleFunction of) {
    return switch (how) {
      // Each wrong prediction is a false positive of one class and a false negative of another: all three are
      // equal.
      case MICRO -> accuracy();
      case MACRO -> IntStream.range(0, counts.length).filter(c -> support(c) + predicted(c) > 0)
          .mapToDouble(of).average().orElse(Double.NaN);
      case WEIGHTED -> samples() == 0
          ? Double.NaN
          : IntStream.range(0, counts.length).mapToDouble(c -> of.applyAsDouble(c) * support(c)).sum()
              / samples();
    };
  }

  private static double ratio(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }

  // ---- as text

  /** Precision, recall, F1 and the number of samples of each class, then the averages. */
  public String report() {
    var rows = new ArrayList<String[]>();
    rows.add(new String[]{"", "precision", "recall", "f1", "samples"});
    for (int c = 0; c < counts.length; c++)
      rows.add(row(classes.get(c), precision(c), recall(c), f1(c), support(c)));
    rows.add(row("macro", precision(Average.MACRO), recall(Average.MACRO), f1(Average.MACRO), samples()));
    rows.add(row("weighted", precision(Average.WEIGHTED), recall(Average.WEIGHTED), f1(Average.WEIGHTED),
        samples()));
    return table(rows);
  }

  private static String[] row(String name, double precision, double recall, double f1, long samples) {
    return new String[]{name, score(precision), score(recall), score(f1), Long.toString(samples)};
  }

  private static String score(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  /** A row for each true class, a column for each predicted one. */
  @Override
  public String toString() {
    var rows = new ArrayList<String[]>();
    var head = new ArrayList<>(List.of("true \\ predicted"));
    head.addAll(classes);
    rows.add(head.toArray(String[]::new));
    for (int c = 0; c < counts.length; c++) {
      var row = new ArrayList<>(List.of(classes.get(c)));
      for (long count : counts[c]) row.add(Long.toString(count));
      rows.add(row.toArray(String[]::new));
    }
    return table(rows);
  }

  /** The first column to the left, the others to the right. */
  private static String table(List<String[]> rows) {
    var widths = new int[rows.getFirst().length];
    for (var row : rows) {
      for (int i = 0; i < row.length; i++) widths[i] = Math.max(widths[i], row[i].length());
    }
    var text = new StringBuilder();
    for (var row : rows) {
      var line = new StringBuilder(row[0]).append(" ".repeat(widths[0] - row[0].length()));
      for (int i = 1; i < row.length; i++)
        line.append(" ".repeat(GAP + widths[i] - row[i].length())).append(row[i]);
      text.append(text.isEmpty() ? "" : "\n").append(line);
    }
    return text.toString();
  }
}
