package io.jacquard.cpu;

/** Products of float32 matrices: {@code C = epilogue(alpha A B + beta C)}. */
interface FloatProducts {
  /** Rows that fill tiles, be these six or eight high. */
  int WHOLE_TILES = 24;

  /** As {@link Matmul#run}. */
  void run(int batches, int m, int n, int k, float alpha, Matrix a, Matrix b, float beta, Matrix c,
      Epilogue epilogue);

  /** Has the {@link MicroKernels} compiled that products of so many rows, with no epilogue, need; whether they are. */
  boolean prepare(int rows);
}
