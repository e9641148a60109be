package io.jacquard.train;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.tensor.Tensor;

/** Metrics of models that predict numbers. */
final class RegressionMetrics {
  private RegressionMetrics() {}

  static Metric mse() {
    return meanOf("mse", (p, t) -> Tensor.fuse((a, b) -> a.sub(b).square(), p, t), false);
  }

  static Metric rmse() {
    return meanOf("rmse", (p, t) -> Tensor.fuse((a, b) -> a.sub(b).square(), p, t), true);
  }

  static Metric mae() {
    return meanOf("mae", (p, t) -> Tensor.fuse((a, b) -> a.sub(b).abs(), p, t), false);
  }

  private static Metric meanOf(String name, Metric.Contribution each, boolean root) {
    return Metric.sums(name, (prediction, target) -> {
      ClassMetrics.sameShape(name, prediction, target);
      var error = each.of(prediction, target);
      // Each sample's mean, so that dividing by samples gives the mean over all elements.
      return error.sum().div(Math.max(1, error.numel() / Math.max(1, error.size(0))));
    }, (sum, samples) -> root ? Math.sqrt(sum[0] / samples) : sum[0] / samples);
  }

  static Metric r2() {
    return Metric.samples("r2", (prediction, target) -> {
      ClassMetrics.sameShape("r2", prediction, target);
      long n = prediction.size(0);
      long outputs = n == 0 ? 1 : prediction.numel() / n;
      return Tensor.concat(1, prediction.to(DType.FLOAT32).reshape(n, outputs),
          target.to(DType.FLOAT32).reshape(n, outputs));
    }, RegressionMetrics::r2);
  }

  /** Of rows that each hold the predictions for a sample, then its targets. */
  private static double r2(double[] rows, long samples) {
    if (samples == 0) return Double.NaN;
    int width = (int) (rows.length / samples);
    int outputs = width / 2;
    if (outputs == 0) throw new JacquardException("r2: the model has no outputs, expected at least one.");
    double sum = 0;
    for (int k = 0; k < outputs; k++) sum += r2(rows, width, k);
    return sum / outputs;
  }

  private static double r2(double[] rows, int width, int output) {
    int target = width / 2 + output;
    double mean = 0;
    for (int i = 0; i < rows.length; i += width) mean += rows[i + target];
    mean /= (double) rows.length / width;
    double residual = 0;
    double total = 0;
    for (int i = 0; i < rows.length; i += width) {
      double r = rows[i + target] - rows[i + output];
      double t = rows[i + target] - mean;
      residual += r * r;
      total += t * t;
    }
    return total == 0 ? Double.NaN : 1 - residual / total;
  }
}
