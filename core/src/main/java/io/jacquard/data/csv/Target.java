package io.jacquard.data.csv;

import java.util.List;

/**
 * What is to be predicted.
 *
 * <pre>{@code
 * var target = TableEncoder.of("price").fit(Table.read(path)).target();
 * if (target instanceof Target.Classes(var name, var classes)) System.out.println(classes.size() + " classes");
 * }</pre>
 */
public sealed interface Target {
  /** Of the column. */
  String name();

  /** A category; the model gives a logit for each class. */
  record Classes(String name, List<String> classes) implements Target {
    public Classes {
      classes = List.copyOf(classes);
    }
  }

  /** A number; the model gives {@code (value - mean) / scale}. */
  record Number(String name, double mean, double scale) implements Target {
    /** The value in the column's own units, from what the model gives. */
    public double value(double output) {
      return output * scale + mean;
    }
  }
}
