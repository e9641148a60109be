package io.jacquard.cpu;

/**
 * Runs {@link ScatterPlan}s: gradients of convolutions' weights. The result is the same bits on any number of threads.
 */
final class Scatter {
  private static final int FLOAT = Float.BYTES;
  /** Floats of the result that are added up at a time. */
  private static final int ADDED = 1 << 12;

  private final Workers workers;
  private final IndexedKernels kernels;
  private final Workers.Job job = this::part;
  private final Workers.Job adding = this::add;

  // the call at hand
  @SuppressWarnings("NullAway.Init")
  private ScatterPlan plan;
  private long source;
  private long gradient;
  private long result;
  private long partials;

  Scatter(Workers workers, IndexedKernels kernels) {
    this.workers = workers;
    this.kernels = kernels;
  }

  /**
   * Computes the whole gradient.
   *
   * @param gradient of the result; a group's outputs are filled up to whole panels, see {@link ScatterPlan#paddedOutputs}
   * @param partials room for the sums of all chunks but the first
   */
  void run(ScatterPlan plan, long source, long gradient, long result, long partials) {
    this.plan = plan;
    this.source = source;
    this.gradient = gradient;
    this.result = result;
    this.partials = partials;
    long bytes = plan.floats() * FLOAT;
    Memory.fill(result, bytes, (byte) 0);
    Memory.fill(partials, bytes * (plan.chunks - 1), (byte) 0);
    if (plan.sizes.images() > 0) workers.run(plan.parts(), job);
    if (plan.chunks > 1) workers.run(Math.toIntExact(Math.ceilDiv(plan.floats(), ADDED)), adding);
  }

  private void part(int part) {
    int chunk = plan.chunk(part);
    long c = chunk == 0 ? result : partials + (chunk - 1) * plan.floats() * FLOAT;
    var sizes = plan.sizes;
    for (int table = plan.firstTable(chunk); table < plan.endTable(chunk); table++) {
      long image = (long) table * plan.imagesPerTable;
      for (int group = 0; group < sizes.groups(); group++) {
        long a = source + image * sizes.sourceImageBytes() + (long) group * sizes.channels() * FLOAT;
        long b = gradient + image * sizes.gradientImageBytes() + (long) group * plan.paddedOutputs() * FLOAT;
        for (var kind : plan.kinds(table)) rows(part, kind, a, b, c + (long) group * sizes.outputs() * FLOAT);
      }
    }
  }

  private void rows(int part, ScatterPlan.Kind kind, long a, long b, long c) {
    var scratch = Scratch.mine();
    long mark = scratch.mark();
    long tileRow = (long) plan.vectors * Simd.BYTES;
    long tile = scratch.take(plan.rows * tileRow);
    long tileRows = TileRows.write(scratch, plan.rows, tileRow);
    var kernel = kernels.get(plan.vectors);
    long zeros = scratch.take(tileRow);
    Memory.fill(zeros, tileRow, (byte) 0);
    int first = plan.firstRow(part, kind);
    int end = plan.endRow(part, kind);
    int step = Math.max(1,
        Math.ceilDiv(kind.terms(), Math.max(1, Math.ceilDiv(kind.terms(), ScatterPlan.MOST_DEPTH))));
    for (int from = 0; from < kind.terms(); from += step) {
      int terms = Math.min(step, kind.terms() - from);
      long steps = kind.steps() + (long) from * IndexedKernel.STEP;
      for (int panel = 0; panel < plan.panels; panel++) {
        int column = panel * plan.vectors * Simd.LANES;
        int width = Math.min(plan.vectors * Simd.LANES, plan.sizes.outputs() - column);
        for (int r = first; r < end; r += plan.rows) {
          kernel.run(terms, a, kind.aRows() + (long) r * IndexedKernel.ROW, b + (long) column * FLOAT, steps,
              tile,
              tileRows, zeros);
          TileRows.move(tile, tileRow, Math.min(plan.rows, end - r), width, c + (long) column * FLOAT,
              kind.cRows() + (long) r * IndexedKernel.ROW, true);
        }
      }
    }
    scratch.release(mark);
  }

  /** Adds the chunks' sums, in order, to a piece of the result. */
  private void add(int piece) {
    long from = (long) piece * ADDED;
    int n = (int) Math.min(ADDED, plan.floats() - from);
    for (int chunk = 1; chunk < plan.chunks; chunk++) {
      long partial = partials + ((chunk - 1) * plan.floats() + from) * FLOAT;
      TileSums.add(1f, partial, 0, 1, n, result + from * FLOAT, 0, FLOAT);
    }
  }
}
