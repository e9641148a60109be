package io.jacquard.cpu;

/**
 * Float32 products by loops over Java arrays, of which C2 makes vector code by itself, with the very bits of {@link Matmul}.
 * They serve where there is no Vector API, and elsewhere until C2 has compiled the kernels, which before that are a hundred
 * times slower. What is done to a block of C is {@link ArrayBlock}'s.
 */
final class ArrayMatmul implements FloatProducts {
  private static final int FLOAT = Float.BYTES;
  /** Multiply-adds for which handing a part to another thread pays. */
  private static final double PART_WORK = 2e5;

  private final Workers workers;

  ArrayMatmul(Workers workers) {
    this.workers = workers;
  }

  @Override
  public boolean prepare(int rows) {
    return false;
  }

  /** For epilogues without a tile hook. */
  @Override
  public void run(int batches, int m, int n, int k, float alpha, Matrix a, Matrix b, float beta, Matrix c,
      Epilogue epilogue) {
    if (batches <= 0 || m <= 0 || n <= 0) return;
    a.check(batches, m, k, FLOAT, "matmul A");
    b.check(batches, k, n, FLOAT, "matmul B");
    c.check(batches, m, n, FLOAT, "matmul C");
    double rowWork = Math.max(1.0, (double) Math.min(n, ArrayBlock.COLUMNS) * k);
    int rows = Math.clamp((long) Math.ceil(PART_WORK / rowWork), 2, ArrayBlock.ROWS) & -2;
    int down = Math.ceilDiv(m, rows);
    int across = Math.ceilDiv(n, ArrayBlock.COLUMNS);
    long blocks = (long) batches * down * across;
    long each = Math.max(1, (long) (PART_WORK / (rowWork * Math.min(m, rows))));
    workers.run(Math.toIntExact(Math.ceilDiv(blocks, each)), part -> {
      var block = ArrayBlock.mine();
      for (long at = part * each; at < Math.min(blocks, (part + 1) * each); at++) {
        int i = (int) (at / across % down) * rows;
        int j = (int) (at % across) * ArrayBlock.COLUMNS;
        block.place((int) (at / across / down), i, Math.min(rows, m - i), j,
            Math.min(ArrayBlock.COLUMNS, n - j));
        block.run(k, alpha, a, b, beta, c, epilogue);
      }
    });
  }
}
