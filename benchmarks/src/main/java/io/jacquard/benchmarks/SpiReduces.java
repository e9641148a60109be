package io.jacquard.benchmarks;

import io.jacquard.DType;
import io.jacquard.expr.Program;
import io.jacquard.spi.Reduction;
import io.jacquard.spi.View;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import org.openjdk.jmh.annotations.Benchmark;

/** Float32 folds as the backend gets them, and softmax, which is made of them, as a user writes it. */
public class SpiReduces extends OnDevice {
  private static final Program SAME = Program.of(in -> in[0], DType.FLOAT32);
  private static final Reduction SUM = Reduction.of(Reduction.Fold.SUM);
  private static final int[] FIRST_AXIS = {0};

  private View[] many;
  private View[] total;
  private View[] matrix;
  private View[] columns;
  private Tensor square;

  @Override
  void prepare() {
    many = new View[]{random(16 << 20).view()};
    total = new View[]{filled(0, 1).view()};
    matrix = new View[]{random(32, 784).view()};
    columns = new View[]{filled(0, 1, 784).view()};
    square = random(1024, 1024);
  }

  /** The sum of 16 Mi elements: 64 MiB are read. */
  @Benchmark
  public void sum16M() {
    device.backend().reduce(SUM, SAME, NO_PARAMS, many, FIRST_AXIS, total);
    device.backend().synchronize();
  }

  /** The column sums of [32, 784], a bias's gradient. */
  @Benchmark
  public void columnSum32x784() {
    device.backend().reduce(SUM, SAME, NO_PARAMS, matrix, FIRST_AXIS, columns);
    device.backend().synchronize();
  }

  /** Softmax over the rows of [1024, 1024], without gradients. */
  @Benchmark
  public Tensor softmax1024x1024() {
    try (var _ = Scope.open()) {
      return done(square.softmax(1));
    }
  }
}
