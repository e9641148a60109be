package io.jacquard.cpu;

import java.util.Random;

/**
 * Prints GFLOP/s of float32 products: the best of many short runs, since other programs disturb. Arguments: the
 * number of threads, and any number of {@code m n k layout}, the layout being NN, TN, NT or TT.
 */
final class MatmulSpeed {
  private static final String DEFAULT = "32 128 784 NN 784 128 32 TN 32 10 128 NN 1 128 784 NN 64 512 512 NN "
      + "64 512 512 NT 512 512 512 NN 512 512 512 TN 512 512 512 NT 2048 2048 2048 NN 2048 2048 2048 TN";
  private static final double RUN_WORK = 2e7;
  private static final long NANOS = 1_500_000_000L;

  private MatmulSpeed() {}

  public static void main(String[] args) {
    String[] shapes = args.length > 1 ? args : ("1 " + DEFAULT).split(" ");
    System.out.println(Simd.describe() + ", kernels compiled: " + Matmul.prewarm());
    try (var workers = Workers.of(args.length > 0 ? Integer.parseInt(args[0]) : 1)) {
      for (int i = 1; i + 3 < shapes.length; i += 4) {
        measure(workers, Integer.parseInt(shapes[i]), Integer.parseInt(shapes[i + 1]),
            Integer.parseInt(shapes[i + 2]),
            shapes[i + 3]);
      }
    }
  }

  private static void measure(Workers workers, int m, int n, int k, String layout) {
    var a = layout.charAt(0) == 'T'
        ? Matrix.of(random((long) m * k), 1, m)
        : Matrix.of(random((long) m * k), k, 1);
    var b = layout.charAt(1) == 'T'
        ? Matrix.of(random((long) k * n), 1, k)
        : Matrix.of(random((long) k * n), n, 1);
    var c = Matrix.of(random((long) m * n), n, 1);
    var matmul = new Matmul(workers);
    double work = 2.0 * m * n * k;
    int repeats = (int) Math.max(1, RUN_WORK / work);
    double best = 0;
    for (long end = System.nanoTime() + NANOS; System.nanoTime() < end;) {
      long start = System.nanoTime();
      for (int i = 0; i < repeats; i++) {
        matmul.run(1, m, n, k, 1f, a, b, 0f, c, Epilogue.NONE);
      }
      best = Math.max(best, repeats * work / (System.nanoTime() - start));
    }
    System.out.printf("%dx%dx%d %s, %d threads: %.0f GFLOP/s, %.2f us%n", m, n, k, layout, workers.threads(),
        best,
        work / best / 1e3);
    Memory.free(a.address());
    Memory.free(b.address());
    Memory.free(c.address());
  }

  private static long random(long floats) {
    long block = Memory.allocate(floats * Float.BYTES);
    var random = new Random(1);
    for (long i = 0; i < floats; i++) {
      Memory.setFloat(block + i * Float.BYTES, random.nextFloat() - 0.5f);
    }
    return block;
  }
}
