package io.jacquard.cpu;

import java.util.List;

/**
 * Runs {@link GatherPlan}s: convolutions and the gradients of their inputs. Source and result are contiguous, channels
 * innermost. The result is the same bits on any number of threads, since a plan cuts by shape and no sum is shared.
 */
final class Gather {
  private static final int FLOAT = Float.BYTES;

  private final Workers workers;
  private final IndexedKernels kernels;
  private final Workers.Job job = this::part;

  // the call at hand
  @SuppressWarnings("NullAway.Init")
  private GatherPlan plan;
  private long source;
  private long weights;
  private long bias;
  private long target;

  Gather(Workers workers, IndexedKernels kernels) {
    this.workers = workers;
    this.kernels = kernels;
  }

  /**
   * Computes all images.
   *
   * @param weights packed: for each group and panel, a row for each tap and channel of the source, taps outermost
   * @param bias one row of whole vectors for each group and panel; 0 for none
   */
  void run(GatherPlan plan, long source, long weights, long bias, long target) {
    this.plan = plan;
    this.source = source;
    this.weights = weights;
    this.bias = bias;
    this.target = target;
    workers.run(plan.parts(), job);
  }

  private void part(int part) {
    var segments = plan.segments(part);
    long image = plan.image(part);
    var sizes = plan.sizes;
    long a = source + image * sizes.sourceImageBytes();
    long c = target + image * sizes.targetImageBytes();
    for (int group = 0; group < sizes.groups(); group++) {
      for (int panel = 0; panel < plan.panels; panel++) {
        panel(part, segments, a + (long) group * sizes.sourceChannels() * FLOAT, group * plan.panels + panel,
            panel,
            c + ((long) group * sizes.targetChannels() + (long) panel * plan.vectors * Simd.LANES) * FLOAT);
      }
    }
  }

  /** @param index of the panel among those of all groups */
  private void panel(int part, List<GatherPlan.Segment> segments, long a, int index, int panel, long c) {
    var scratch = Scratch.mine();
    long mark = scratch.mark();
    int width = Math.min(plan.vectors * Simd.LANES,
        plan.sizes.targetChannels() - panel * plan.vectors * Simd.LANES);
    long tile = scratch.take(plan.rows * plan.weightRow());
    long tileRows = TileRows.write(scratch, plan.rows, plan.weightRow());
    long b = weights + index * plan.weightPanel();
    var kernel = kernels.get(plan.vectors);
    long zeros = scratch.take(plan.weightRow());
    Memory.fill(zeros, plan.weightRow(), (byte) 0);
    boolean whole = width == plan.vectors * Simd.LANES;
    for (var segment : segments) {
      var places = plan.places(part, segment.kind());
      int depth = plan.depths[segment.kind()];
      int from = 0;
      do {
        int terms = Math.min(plan.slabDepth, depth - from);
        long steps = plan.steps[segment.kind()] + (long) from * IndexedKernel.STEP;
        long biases = bias == 0 || from > 0 ? zeros : bias + index * plan.weightRow();
        for (int p = segment.from(); p < segment.to(); p += plan.rows) {
          long aRows = places.aRows() + (long) p * IndexedKernel.ROW;
          long cRows = places.cRows() + (long) p * IndexedKernel.ROW;
          if (whole && from == 0) {
            kernel.run(terms, a, aRows, b, steps, c, cRows, biases);
          } else {
            kernel.run(terms, a, aRows, b, steps, tile, tileRows, biases);
            int height = Math.min(plan.rows, segment.to() - p);
            TileRows.move(tile, plan.weightRow(), height, width, c, cRows, from > 0);
          }
        }
        from += plan.slabDepth;
      } while (from < depth);
    }
    scratch.release(mark);
  }
}
