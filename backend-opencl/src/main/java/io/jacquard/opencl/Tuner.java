package io.jacquard.opencl;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.expr.Program;
import io.jacquard.kernels.MatmulTile;
import io.jacquard.kernels.check.Workbench;
import io.jacquard.kernels.plan.ProductSize;
import io.jacquard.kernels.plan.Tiles;
import io.jacquard.kernels.plan.Tuning;
import io.jacquard.spi.View;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Looks for the fastest way to multiply matrices on a device, for each {@link ProductSize}, within a time. What a candidate
 * computes is compared with a plain loop before it is timed; what was found is kept after each size.
 */
final class Tuner {
  /** Products of each size that are timed. */
  record Problem(ProductSize size, int rows, int columns, int depth) {
    double operations() {
      return 2.0 * rows * columns * depth;
    }

    @Override
    public String toString() {
      return size.name().toLowerCase(Locale.ROOT) + " (" + rows + " x " + depth + " by " + depth + " x "
          + columns + ")";
    }
  }

  /** Multiplies matrices in some way. */
  @FunctionalInterface
  interface Way {
    void multiply(View a, View b, View c);
  }

  private static final int RUNS = 5;
  /** A candidate whose first run takes so many times what the best takes is not run again. */
  private static final double HOPELESS = 1.5;

  private final ClDevice device;
  private final Tuning tuning;
  private final Duration budget;
  private final Consumer<String> say;

  Tuner(ClDevice device, Duration budget, Consumer<String> say) {
    this.device = device;
    this.budget = budget;
    this.say = say;
    tuning = ClTuning.shipped(device);
  }

  static List<Problem> problems(ClDevice device) {
    return device.cpu()
        ? List.of(new Problem(ProductSize.SMALL, 64, 128, 784),
            new Problem(ProductSize.MEDIUM, 256, 256, 512),
            new Problem(ProductSize.LARGE, 512, 512, 512))
        : List.of(new Problem(ProductSize.SMALL, 64, 128, 784),
            new Problem(ProductSize.MEDIUM, 256, 512, 1024),
            new Problem(ProductSize.LARGE, 2048, 2048, 2048));
  }

  /** Tunes the device and keeps what was found. */
  void run(int ordinal) {
    try (var backend = new OpenClBackend(device, ordinal, tuning)) {
      device.selfTest().once(backend);
      run(problems(device), backend, backend::products);
    }
    say.accept("Kept in " + TileStore.path(device) + ".");
  }

  /** @param ways how a tile multiplies */
  Tiles run(List<Problem> problems, OpenClBackend backend, Function<MatmulTile, Way> ways) {
    var tiles = Tiles.NONE;
    long share = budget.toNanos() / problems.size();
    for (int i = 0; i < problems.size(); i++) {
      try (var bench = new Workbench(backend)) {
        tiles = tiles.with(problems.get(i).size(), new Search(problems.get(i), bench, ways).best(share));
      }
      TileStore.keep(device, tiles);
    }
    return tiles;
  }

  /** The search for one size. */
  private final class Search {
    private final Problem problem;
    private final Workbench bench;
    private final Function<MatmulTile, Way> ways;
    private final View a;
    private final View b;
    private final View c;
    private final List<Check> checks;
    private int refused;
    private int wrong;

    Search(Problem problem, Workbench bench, Function<MatmulTile, Way> ways) {
      this.problem = problem;
      this.bench = bench;
      this.ways = ways;
      a = matrix(problem.rows, problem.depth);
      b = matrix(problem.depth, problem.columns);
      c = bench.empty(DType.FLOAT32, problem.rows, problem.columns);
      checks = List.of(new Check(bench, false), new Check(bench, true));
    }

    private View matrix(int rows, int columns) {
      return bench.floats(Check.wholes(rows * columns, 5), rows, columns);
    }

    /** @param nanos how long to look */
    MatmulTile best(long nanos) {
      var usual = tuning.tile(DType.FLOAT32, 1, problem.rows, problem.columns, problem.depth);
      double first = nanos(usual, Double.MAX_VALUE);
      if (first == Double.MAX_VALUE)
        throw new JacquardException("tune: the device " + device.name() + " (driver " + device.driver()
            + ") does not compute " + problem + " rightly with its usual tile " + Tiles.text(usual)
            + ". Update its driver, or choose another device.");
      long end = System.nanoTime() + nanos;
      var best = usual;
      double least = first;
      int tried = 1;
      for (var candidate : TileCandidates.of(tuning)) {
        if (System.nanoTime() > end) break;
        double taken = nanos(candidate, least);
        tried++;
        if (taken < least) {
          least = taken;
          best = candidate;
        }
      }
      say.accept(String.format(Locale.ROOT,
          "%s: %.1f GFLOP/s with '%s', before %.1f; tried %d, of which %d did not compile and %d computed wrongly",
          problem,
          problem.operations() / least, Tiles.text(best), problem.operations() / first, tried, refused,
          wrong));
      return best;
    }

    /** The time of the fastest of some runs; the largest number if it does not compute rightly, or is hopeless. */
    private double nanos(MatmulTile tile, double least) {
      try {
        var way = ways.apply(tile);
        for (var check : checks) {
          if (check.passes(way)) continue;
          wrong++;
          return Double.MAX_VALUE;
        }
        time(way); // compiles, where the kernel is another one
        double best = Double.MAX_VALUE;
        for (int run = 0; run < RUNS; run++) {
          best = Math.min(best, time(way));
          if (best > least * HOPELESS) return Double.MAX_VALUE;
        }
        return best;
      } catch (JacquardException _) {
        refused++; // it needs more registers or shared memory than there are
        return Double.MAX_VALUE;
      }
    }

    private double time(Way way) {
      long start = System.nanoTime();
      way.multiply(a, b, c);
      bench.backend().synchronize();
      return System.nanoTime() - start;
    }
  }

  /** A product of odd sizes, of whole numbers, whose exact result a plain loop has found. */
  private static final class Check {
    private static final Program CLEAR = Program.of(v -> v[0].constantFor(-1), DType.FLOAT32);
    private static final int M = 83;
    private static final int N = 75;
    private static final int K = 53;

    private final Workbench bench;
    private final View a;
    private final View b;
    private final View c;
    private final float[] expected;

    /** @param transposed whether A and B lie transposed in memory */
    Check(Workbench bench, boolean transposed) {
      this.bench = bench;
      var left = wholes(M * K, 7);
      var right = wholes(K * N, 11);
      a = transposed ? Workbench.transposed(bench.floats(left, K, M)) : bench.floats(left, M, K);
      b = transposed ? Workbench.transposed(bench.floats(right, N, K)) : bench.floats(right, K, N);
      c = bench.empty(DType.FLOAT32, M, N);
      expected = new float[M * N];
      for (int m = 0; m < M; m++) {
        for (int n = 0; n < N; n++) {
          for (int k = 0; k < K; k++)
            expected[m * N + n] += left[transposed ? k * M + m : m * K + k]
                * right[transposed ? n * K + k : k * N + n];
        }
      }
    }

    /** Small whole numbers without a pattern. */
    static float[] wholes(int count, int seed) {
      var values = new float[count];
      for (int i = 0; i < count; i++) values[i] = (i * 7919 + i / seed * 31) % 13 - 6;
      return values;
    }

    boolean passes(Way way) {
      bench.backend().map(CLEAR, new long[0], new View[]{c}, new View[]{c}); // or the last candidate's result
      // would pass
      way.multiply(a, b, c);
      return Arrays.equals(expected, bench.floats(c));
    }
  }
}
