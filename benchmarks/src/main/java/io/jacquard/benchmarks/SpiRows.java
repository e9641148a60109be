package io.jacquard.benchmarks;

import io.jacquard.nn.Loss;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Gradients;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** Work on short and long rows: some 40,000 numbers, in rows of so many. */
public class SpiRows extends OnDevice {
  private static final int NUMBERS = 40_960;

  @Param({"10", "64", "1024"})
  public int columns;

  private final Loss loss = Loss.crossEntropy();
  private Tensor rows;
  private Tensor ofEachRow;
  private Tensor logits;
  private Tensor labels;

  @Override
  void prepare() {
    int count = NUMBERS / columns;
    rows = random(count, columns);
    ofEachRow = random(count, 1);
    logits = random(count, columns).requiresGrad();
    var numbers = new long[count];
    for (int i = 0; i < count; i++) numbers[i] = i % columns;
    labels = held(Tensor.of(numbers));
  }

  @Benchmark
  public Tensor sum() {
    try (var _ = GradMode.noGrad(); var _ = Scope.open()) {
      return done(rows.sum(true, 1));
    }
  }

  @Benchmark
  public Tensor max() {
    try (var _ = GradMode.noGrad(); var _ = Scope.open()) {
      return done(rows.max(true, 1));
    }
  }

  /** Each row times a number of its own. */
  @Benchmark
  public Tensor scale() {
    try (var _ = GradMode.noGrad(); var _ = Scope.open()) {
      return done(rows.mul(ofEachRow));
    }
  }

  @Benchmark
  public Tensor softmax() {
    try (var _ = GradMode.noGrad(); var _ = Scope.open()) {
      return done(rows.softmax(1));
    }
  }

  /** Forward and back. */
  @Benchmark
  public Tensor crossEntropy() {
    try (var _ = Scope.open()) {
      return done(Gradients.of(loss.of(logits, labels), logits));
    }
  }
}
