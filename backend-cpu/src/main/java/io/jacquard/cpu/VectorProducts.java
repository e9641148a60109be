package io.jacquard.cpu;

import java.util.Arrays;

/** Float32 products by {@link Matmul}, as soon as its kernels are compiled; until then {@link ArrayMatmul} gives the same bits. */
final class VectorProducts implements FloatProducts {
  private final Matmul matmul;
  private final ArrayMatmul cold;
  private final KernelCompiler compiler;
  /** For each kind of epilogue, how far its kernels are. */
  private final Warmth[] warmth = new Warmth[Epilogue.Kind.values().length];

  private enum Warmth {
    COLD, WARMING, WARM
  }

  VectorProducts(Workers workers, KernelCompiler compiler) {
    matmul = new Matmul(workers);
    cold = new ArrayMatmul(workers);
    this.compiler = compiler;
    Arrays.fill(warmth, compiler.mode == KernelCompiler.Mode.WHEN_READY ? Warmth.COLD : Warmth.WARM);
  }

  /** Has the kernels for a kind of epilogue compiled. */
  private void warm(Epilogue.Kind kind) {
    warmth[kind.ordinal()] = Warmth.WARMING;
    compiler.inTurns(
        new MatmulWarmup(kind, compiler.ground(), () -> warmth[kind.ordinal()] = Warmth.WARM));
  }

  private boolean isWarm(Epilogue.Kind kind) {
    var now = warmth[kind.ordinal()];
    if (now == Warmth.COLD) warm(kind);
    return now == Warmth.WARM;
  }

  @Override
  public boolean isCompiled() {
    return isWarm(Epilogue.Kind.NONE);
  }

  @Override
  public void run(int batches, int m, int n, int k, float alpha, Matrix a, Matrix b, float beta, Matrix c,
      Epilogue epilogue) {
    if (isWarm(epilogue.kind())) matmul.run(batches, m, n, k, alpha, a, b, beta, c, epilogue);
    else cold.run(batches, m, n, k, alpha, a, b, beta, c, epilogue);
  }
}
