package io.jacquard.cpu;

import java.util.Arrays;

/** Float32 products by {@link Matmul}, as soon as its kernels are compiled; until then {@link ArrayMatmul} gives the same bits. */
final class VectorProducts implements FloatProducts {
  private final Matmul matmul;
  private final ArrayMatmul cold;
  private final KernelCompiler compiler;
  /** For each kind of epilogue and each height of tiles, how far its kernels are. */
  private final Warmth[][] warmth = new Warmth[Epilogue.Kind.values().length][MicroKernels.ROWS + 1];

  private enum Warmth {
    COLD, WARMING, WARM
  }

  VectorProducts(Workers workers, KernelCompiler compiler) {
    matmul = new Matmul(workers);
    cold = new ArrayMatmul(workers);
    this.compiler = compiler;
    var now = compiler.mode == KernelCompiler.Mode.WHEN_READY ? Warmth.COLD : Warmth.WARM;
    for (var each : warmth) Arrays.fill(each, now);
  }

  private boolean isWarm(Epilogue.Kind kind, int tileRows) {
    var heights = warmth[kind.ordinal()];
    if (heights[tileRows] == Warmth.COLD) {
      heights[tileRows] = Warmth.WARMING;
      compiler.makeAndTurn(
          () -> new MatmulWarmup(kind, tileRows, compiler.ground(), () -> heights[tileRows] = Warmth.WARM));
    }
    return heights[tileRows] == Warmth.WARM;
  }

  @Override
  public boolean prepare(int rows) {
    return prepare(Epilogue.Kind.NONE, rows);
  }

  /** Rows that fill no tile, behind some that do, are not waited for. */
  private boolean prepare(Epilogue.Kind kind, int rows) {
    int rest = rows % MicroKernels.ROWS;
    if (rows < MicroKernels.ROWS) return isWarm(kind, rows);
    if (rest > 0) isWarm(kind, rest);
    return isWarm(kind, MicroKernels.ROWS);
  }

  @Override
  public void run(int batches, int m, int n, int k, float alpha, Matrix a, Matrix b, float beta, Matrix c,
      Epilogue epilogue) {
    // The pieces of a long sum have no epilogue.
    boolean isLong = batches == 1 && LongSums.suits(m, n, k, alpha, beta, epilogue);
    var kind = isLong ? Epilogue.Kind.NONE : epilogue.kind();
    if (prepare(kind, isLong ? m : Matmul.rows(m, n, c)))
      matmul.run(batches, m, n, k, alpha, a, b, beta, c, epilogue);
    else
      cold.run(batches, m, n, k, alpha, a, b, beta, c, epilogue);
  }
}
