package io.jacquard.explain;

import io.jacquard.JacquardException;
import io.jacquard.data.Batch;
import io.jacquard.data.Dataset;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import io.jacquard.train.Trainer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SequencedMap;

/**
 * How much a model relies on each column of a table: by how much the loss grows when the column's values are dealt anew
 * among the rows, which takes away what they say and leaves how they are distributed (Breiman: Random Forests, 2001, section
 * 10; Fisher, Rudin, Dominici: All Models are Wrong, but Many are Useful, 2019).
 *
 * <pre>{@code
 * var columns = new LinkedHashMap<String, Integer>();
 * columns.put("rooms", 1);
 * columns.put("street", 4);                       // a category: an input for each of four values
 * for (var each : PermutationImportance.of(trainer, data, columns, 5).sorted()) System.out.println(each);
 * }</pre>
 *
 * <p>Columns that say the same share what they are worth: without one of them the model still has the other. Random numbers
 * are of the current {@link io.jacquard.tensor.Generator}.
 *
 * @param loss of the data as it is
 * @param columns in the order of the inputs
 */
public record PermutationImportance(double loss, List<Column> columns) {
  /**
   * A column's worth.
   *
   * @param mean by how much the loss grows, the mean over the repetitions
   * @param std the standard deviation of one repetition; 0 for a single one
   */
  public record Column(String name, double mean, double std) {}

  public PermutationImportance {
    columns = List.copyOf(columns);
  }

  /**
   * @param trainer with the model and the loss
   * @param data rows [N, inputs] that the model was not trained on
   * @param widths how many inputs each column has become, in their order
   * @param repeats how often each column is dealt anew
   */
  public static PermutationImportance of(Trainer trainer, Dataset data, SequencedMap<String, Integer> widths,
      int repeats) {
    if (repeats < 1)
      throw new JacquardException("PermutationImportance: " + repeats + " repetitions, expected 1 or more.");
    requireFit(data, widths);
    double before = trainer.evaluate(data).loss();
    var columns = new ArrayList<Column>();
    int from = 0;
    for (var entry : widths.entrySet()) {
      var growths = new double[repeats];
      for (int r = 0; r < repeats; r++) {
        try (var _ = Scope.open()) {
          var dealt = new Dealt(data, from, entry.getValue(), Tensor.randperm(data.size()));
          growths[r] = trainer.evaluate(dealt).loss() - before;
        }
      }
      columns.add(column(entry.getKey(), growths));
      from += entry.getValue();
    }
    return new PermutationImportance(before, columns);
  }

  private static void requireFit(Dataset data, SequencedMap<String, Integer> widths) {
    int sum = widths.values().stream().mapToInt(Integer::intValue).sum();
    try (var _ = Scope.open()) {
      var x = data.size() == 0 ? null : data.batch(Tensor.of(0)).x();
      if (x == null || x.rank() != 2 || x.size(1) != sum) {
        throw new JacquardException("PermutationImportance: the columns have " + sum + " inputs, the data "
            + (x == null ? "no rows" : "rows " + x.shape()) + ", expected rows [N, " + sum + "].");
      }
    }
  }

  private static Column column(String name, double[] growths) {
    double mean = Arrays.stream(growths).average().orElse(0);
    double squares = Arrays.stream(growths).map(g -> (g - mean) * (g - mean)).sum();
    return new Column(name, mean, growths.length < 2 ? 0 : Math.sqrt(squares / (growths.length - 1)));
  }

  /** The most important column first. */
  public List<Column> sorted() {
    return columns.stream().sorted(Comparator.comparingDouble((Column c) -> -c.mean)).toList();
  }

  /** Rows whose inputs {@code from} to {@code from + width - 1} are those of other rows. */
  private record Dealt(Dataset whole, int from, int width, Tensor order) implements Dataset {
    @Override
    public long size() {
      return whole.size();
    }

    @Override
    public Device device() {
      return whole.device();
    }

    @Override
    public Batch batch(Tensor index) {
      var own = whole.batch(index);
      var other = whole.batch(order.gatherRows(index)).x().slice(1, from, from + width);
      var parts = new ArrayList<Tensor>();
      if (from > 0) parts.add(own.x().slice(1, 0, from));
      parts.add(other);
      if (from + width < own.x().size(1)) parts.add(own.x().slice(1, from + width, own.x().size(1)));
      return new Batch(Tensor.concat(1, parts.toArray(Tensor[]::new)), own.y());
    }
  }
}
