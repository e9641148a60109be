package io.jacquard.cpu;

import java.util.Arrays;

/**
 * Float32 products by plain scalar loops, with the very bits of {@link Matmul}: they serve until C2 has compiled the
 * kernels, which before that are a hundred times slower than these.
 *
 * <p>Each element is a chain of fused multiply-adds in ascending order of k, restarted where {@link MatmulPlan} begins a
 * new slab; the pieces are added in order.
 */
final class ColdMatmul {
  private static final int FLOAT = Float.BYTES;
  /** Multiply-adds for which handing a part to another thread pays. */
  private static final double PART_WORK = 4e4;

  private final Workers workers;

  ColdMatmul(Workers workers) {
    this.workers = workers;
  }

  /** As {@link Matmul#run}, for epilogues without a tile hook. */
  void run(int batches, int m, int n, int k, float alpha, Matrix a, Matrix b, float beta, Matrix c,
      Epilogue epilogue) {
    if (batches <= 0 || m <= 0 || n <= 0) return;
    a.check(batches, m, k, FLOAT, "matmul A");
    b.check(batches, k, n, FLOAT, "matmul B");
    c.check(batches, m, n, FLOAT, "matmul C");
    int depth = MatmulPlan.slabDepth(k);
    long rows = (long) batches * m;
    int each = (int) Math.clamp(PART_WORK / Math.max(1.0, (double) n * k), 1, Integer.MAX_VALUE);
    workers.run(Math.toIntExact(Math.ceilDiv(rows, each)), part -> {
      var sums = new float[n];
      for (long r = (long) part * each; r < Math.min(rows, (part + 1L) * each); r++) {
        int batch = (int) (r / m);
        long i = r % m;
        long to = c.at(batch, FLOAT) + i * c.rowStride() * FLOAT;
        long toStep = c.columnStride() * FLOAT;
        boolean adds = beta != 0f;
        if (k == 0 || beta != 0f && beta != 1f) Tiles.scale(beta, 1, n, to, 0, toStep);
        for (int from = 0; from < k; from += depth) {
          chain(sums, a, b, batch, i, from, Math.min(k, from + depth));
          put(sums, alpha, adds, to, toStep);
          adds = true;
        }
        if (epilogue.hasBias()) {
          Tiles.bias(epilogue.relu(), 1, n, to, 0, toStep, epilogue.biasAddress(), 0,
              epilogue.biasStride() * FLOAT);
        }
      }
    });
  }

  private static void chain(float[] sums, Matrix a, Matrix b, int batch, long i, int from, int to) {
    Arrays.fill(sums, 0f);
    long step = b.columnStride() * FLOAT;
    for (int p = from; p < to; p++) {
      float x = Memory.getFloat(a.at(batch, FLOAT) + (i * a.rowStride() + p * a.columnStride()) * FLOAT);
      multiplyAdd(sums, x, b.at(batch, FLOAT) + p * b.rowStride() * FLOAT, step);
    }
  }

  private static void multiplyAdd(float[] sums, float x, long row, long step) {
    for (int j = 0; j < sums.length; j++) sums[j] = Math.fma(x, Memory.getFloat(row + j * step), sums[j]);
  }

  private static void put(float[] sums, float alpha, boolean adds, long to, long step) {
    for (int j = 0; j < sums.length; j++) {
      long at = to + j * step;
      float sum = sums[j];
      Memory.setFloat(at, adds ? Math.fma(alpha, sum, Memory.getFloat(at)) : alpha == 1f ? sum : alpha * sum);
    }
  }
}
