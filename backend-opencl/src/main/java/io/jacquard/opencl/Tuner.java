package io.jacquard.opencl;

import io.jacquard.JacquardException;
import io.jacquard.kernels.MatmulTile;
import io.jacquard.kernels.check.Workbench;
import io.jacquard.kernels.plan.ProductSize;
import io.jacquard.kernels.plan.Tiles;
import io.jacquard.kernels.plan.Tuning;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Looks for the fastest way to multiply matrices and to convolve on a device, for each {@link ProductSize}, within a time.
 * What a candidate computes is compared with a plain loop before it is timed; what was found is kept after each size.
 */
final class Tuner {
  /** Computes in some way. */
  @FunctionalInterface
  interface Way {
    void compute(Trial trial);
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

  static List<TuningProblem> problems(ClDevice device) {
    return device.cpu()
        ? List.of(new ProductProblem(ProductSize.SMALL, 64, 128, 784),
            new ProductProblem(ProductSize.MEDIUM, 256, 256, 512),
            new ProductProblem(ProductSize.LARGE, 512, 512, 512),
            new ConvolutionProblem(false, 2, 28, 32, 64), new ConvolutionProblem(true, 2, 28, 32, 64))
        : List.of(new ProductProblem(ProductSize.SMALL, 64, 128, 784),
            new ProductProblem(ProductSize.MEDIUM, 256, 512, 1024),
            new ProductProblem(ProductSize.LARGE, 2048, 2048, 2048),
            new ConvolutionProblem(false, 32, 56, 64, 64), new ConvolutionProblem(true, 32, 56, 64, 64));
  }

  /** Tunes the device and keeps what was found. */
  void run(int ordinal) {
    try (var backend = new OpenClBackend(device, ordinal, tuning)) {
      device.selfTest().once(backend);
      run(problems(device), backend, backend::way);
    }
    say.accept("Kept in " + TileStore.path(device) + ".");
  }

  /** @param ways how a tile computes */
  Tiles run(List<TuningProblem> problems, OpenClBackend backend, Function<MatmulTile, Way> ways) {
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
    private final TuningProblem problem;
    private final Workbench bench;
    private final Function<MatmulTile, Way> ways;
    private final Trial timed;
    private final List<Trial> checks;
    private int refused;
    private int wrong;

    Search(TuningProblem problem, Workbench bench, Function<MatmulTile, Way> ways) {
      this.problem = problem;
      this.bench = bench;
      this.ways = ways;
      timed = problem.timed(bench);
      checks = problem.checks(bench);
    }

    /** @param nanos how long to look */
    MatmulTile best(long nanos) {
      var usual = problem.usual(tuning);
      double first = nanos(usual, Double.MAX_VALUE);
      if (first == Double.MAX_VALUE)
        throw new JacquardException("tune: the device " + device.name() + " (driver " + device.driver()
            + ") does not compute " + problem + " rightly with its usual tile " + Tiles.text(usual)
            + ". Update its driver, or choose another device.");
      long end = System.nanoTime() + nanos;
      var best = usual;
      double least = first;
      int tried = 1;
      for (var candidate : TileCandidates.of(tuning, problem.size())) {
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
          if (check.passes(bench, way)) continue;
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
      way.compute(timed);
      bench.backend().synchronize();
      return System.nanoTime() - start;
    }
  }
}
