package io.jacquard.cpu;

import java.util.ArrayList;
import java.util.List;

/**
 * Depthwise convolutions of float32 and their gradients: as many groups as channels and as outputs. There is no sum over
 * channels, so these are no products of matrices. Work is cut by shape; see {@link DepthwiseRows}.
 */
final class Depthwise {
  private static final int FLOAT = Float.BYTES;
  private static final int ENOUGH_PARTS = 16;
  /** Multiply-adds for which handing a part to another thread pays. */
  private static final double PART_WORK = 1e5;

  private final Workers workers;
  private final KernelCompiler compiler;

  Depthwise(Workers workers, KernelCompiler compiler) {
    this.workers = workers;
    this.compiler = compiler;
  }

  static boolean suits(int groups, long channels, long outputs) {
    return groups > 1 && channels == groups && outputs == groups;
  }

  /** Tables for one image, which serve for all, and how the work is cut. */
  static final class Plan {
    private final List<DepthwiseRows.Tables> classes = new ArrayList<>();
    private final int channels;
    private final int images;
    private final long sourceImage;
    private final long targetImage;
    final int taps;
    private final int pieces;
    final int chunks;
    /** Keeps the tables alive. */
    private final OffsetTables tables = new OffsetTables();

    /** Bytes of an image are those of the source and of the target of the {@code kinds}. */
    Plan(List<WindowClass> kinds, int taps, int channels, long images, long sourceImage, long targetImage) {
      this.taps = taps;
      this.channels = channels;
      this.images = Math.toIntExact(images);
      this.sourceImage = sourceImage;
      this.targetImage = targetImage;
      double work = 0;
      for (var kind : kinds) {
        var weights = new long[kind.taps().length];
        for (int t = 0; t < weights.length; t++) weights[t] = (long) kind.taps()[t] * channels * FLOAT;
        int places = kind.target().length;
        classes.add(new DepthwiseRows.Tables(weights.length, tables.steps(kind.tapAt(), weights), places,
            tables.rows(kind.source(), 0), tables.rows(kind.target(), 0)));
        work += (double) places * (weights.length + 1) * channels;
      }
      double most = Math.max(1, work * images / PART_WORK);
      chunks = (int) Math.clamp(Math.min(images, most), 1, ENOUGH_PARTS);
      pieces = (int) Math.clamp(Math.min(Math.ceilDiv(ENOUGH_PARTS, Math.max(1, images)), most), 1,
          ENOUGH_PARTS);
    }

    /** Floats of a weight. */
    long floats() {
      return (long) taps * channels;
    }
  }

  private boolean vectors() {
    compiler.need(KernelCompiler.Loops.DEPTHWISE);
    return switch (compiler.mode) {
      case WHEN_READY -> DepthwiseRows.isCompiled();
      case AT_ONCE -> true;
      case NEVER -> false;
    };
  }

  /** The convolution or the gradient of its input, by the plan for one or the other; w is [taps, C]. */
  void gather(Plan plan, long x, long w, long bias, long y) {
    boolean vectors = vectors();
    workers.run(plan.images * plan.pieces, part -> {
      int image = part / plan.pieces;
      int piece = part % plan.pieces;
      for (var tables : plan.classes) {
        int from = (int) ((long) tables.places() * piece / plan.pieces);
        int to = (int) ((long) tables.places() * (piece + 1) / plan.pieces);
        DepthwiseRows.gather(vectors, tables, from, to, x + image * plan.sourceImage, w, bias,
            y + image * plan.targetImage, plan.channels);
      }
    });
  }

  /**
   * The gradient of the weight [taps, C].
   *
   * @param partials room for the sums of all chunks but the first
   */
  void scatter(Plan plan, long x, long g, long dw, long partials) {
    boolean vectors = vectors();
    long bytes = plan.floats() * FLOAT;
    Memory.fill(dw, bytes, (byte) 0);
    Memory.fill(partials, bytes * (plan.chunks - 1), (byte) 0);
    workers.run(plan.chunks, chunk -> {
      long to = chunk == 0 ? dw : partials + (chunk - 1) * bytes;
      int end = (int) ((long) plan.images * (chunk + 1) / plan.chunks);
      for (int image = (int) ((long) plan.images * chunk / plan.chunks); image < end; image++) {
        for (var tables : plan.classes) {
          DepthwiseRows.scatter(vectors, tables, x + image * plan.sourceImage, g + image * plan.targetImage,
              to, plan.channels);
        }
      }
    });
    if (plan.chunks > 1)
      FloatFolds.addRows(partials, bytes, plan.chunks - 1, Math.toIntExact(plan.floats()), dw);
  }
}
