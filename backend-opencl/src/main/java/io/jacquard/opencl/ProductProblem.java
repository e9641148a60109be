package io.jacquard.opencl;

import io.jacquard.DType;
import io.jacquard.kernels.MatmulTile;
import io.jacquard.kernels.check.Workbench;
import io.jacquard.kernels.plan.ProductSize;
import io.jacquard.kernels.plan.Tuning;
import io.jacquard.spi.View;
import java.util.List;
import java.util.Locale;

/** Products of matrices of one size. */
record ProductProblem(ProductSize size, int rows, int columns, int depth) implements TuningProblem {
  /** Of the products that are checked: no multiple of any tile. */
  private static final int M = 83;
  private static final int N = 75;
  private static final int K = 53;

  @Override
  public double operations() {
    return 2.0 * rows * columns * depth;
  }

  @Override
  public MatmulTile usual(Tuning tuning) {
    return tuning.vectors()
        ? tuning.vectorTile(DType.FLOAT32, 1, rows, columns, depth)
        : tuning.tile(DType.FLOAT32, 1, rows, columns, depth);
  }

  @Override
  public Trial timed(Workbench bench) {
    return new Trial(null, matrix(bench, rows, depth), matrix(bench, depth, columns),
        bench.empty(DType.FLOAT32, rows, columns), null);
  }

  private static View matrix(Workbench bench, int rows, int columns) {
    return bench.floats(Trial.wholes(rows * columns, 5), rows, columns);
  }

  @Override
  public List<Trial> checks(Workbench bench) {
    return List.of(check(bench, false), check(bench, true));
  }

  /** @param transposed whether A and B lie transposed in memory */
  private static Trial check(Workbench bench, boolean transposed) {
    var left = Trial.wholes(M * K, 7);
    var right = Trial.wholes(K * N, 11);
    var a = transposed ? Workbench.transposed(bench.floats(left, K, M)) : bench.floats(left, M, K);
    var b = transposed ? Workbench.transposed(bench.floats(right, N, K)) : bench.floats(right, K, N);
    var expected = new float[M * N];
    for (int m = 0; m < M; m++) {
      for (int n = 0; n < N; n++) {
        for (int k = 0; k < K; k++)
          expected[m * N + n] += left[transposed ? k * M + m : m * K + k]
              * right[transposed ? n * K + k : k * N + n];
      }
    }
    return new Trial(null, a, b, bench.empty(DType.FLOAT32, M, N), expected);
  }

  @Override
  public String toString() {
    return size.name().toLowerCase(Locale.ROOT) + " (" + rows + " x " + depth + " by " + depth + " x "
        + columns + ")";
  }
}
