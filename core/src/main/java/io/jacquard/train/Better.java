package io.jacquard.train;

import java.util.List;
import java.util.stream.Stream;

/** Which of two epochs is better, by one of their values. NaN is never better. */
record Better(String monitor, boolean larger, double minDelta) {
  private static final List<String> LARGER = List.of("accuracy", "precision", "recall", "f1", "auc", "r2");

  /** Whether values of such a name should rise: those of accuracy, precision, recall, F1, AUC and R2; others fall. */
  static boolean rises(String monitor) {
    return Stream.of(monitor.split("_")).anyMatch(LARGER::contains);
  }

  /** How many epochs have passed since the best one; 0 if it is the last. */
  int since(List<Epoch> epochs) {
    double best = Double.NaN;
    int since = 0;
    for (var epoch : epochs) {
      double value = epoch.value(monitor);
      since++;
      if (Double.isNaN(value)) continue;
      if (Double.isNaN(best) || (larger ? value > best + minDelta : value < best - minDelta)) {
        best = value;
        since = 0;
      }
    }
    return since;
  }
}
