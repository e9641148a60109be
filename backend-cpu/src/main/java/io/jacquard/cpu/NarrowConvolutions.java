package io.jacquard.cpu;

import io.jacquard.Shape;
import io.jacquard.ops.Window;
import java.util.List;

/**
 * Convolutions, and gradients of their inputs and weights, to as few channels as one vector holds, with windows three places
 * wide. A tile of {@link IndexedKernel} that is one vector wide reads as many single numbers as it multiplies vectors, which
 * halves its speed. So the three taps of a window's row are taken as three vectors of channels: each place of the image
 * makes three sums in a tile of full width, and each place of the result adds up one from each of three neighbours.
 *
 * <p>The gradient of the weight likewise: a place of the image times the gradients of the three places that see it, which
 * lie side by side.
 */
final class NarrowConvolutions {
  /** Of a row of the window. */
  static final int TAPS = 3;
  private static final int FLOAT = Float.BYTES;
  private static final int LANES = Simd.LANES;
  /** Terms of a sum below which it costs more to keep three of them than to multiply slowly. */
  private static final int FEWEST_TERMS = 24;
  /** What the sums of some images may take: they stay in the second cache. */
  private static final long MOST_BYTES = 512 << 10;
  /** Of an image; larger ones would not stay in any cache. */
  private static final long MOST_IMAGE_BYTES = 4 << 20;
  /** Lines that a thread does at a time. */
  private static final int LINES = 16;

  /**
   * A convolution or the gradient of its input.
   *
   * @param sums makes the sums of so many images
   * @param lines of an image of the result, {@code places} each
   * @param width of a line of sums
   * @param first which sum's place the first place of a line sees first; {@code step} from there to the next
   */
  record Plan(GatherPlan sums, int images, int channels, int lines, int places, int width, int first,
      int step,
      boolean forward) {
    long sumLine() {
      return (long) width * TAPS * Simd.BYTES;
    }

    long sumBytes() {
      return images * lines * sumLine();
    }

    long weightBytes() {
      return sums.weightPanel();
    }
  }

  /** The gradient of a weight; {@code sums} are of windows one place wide and three times as many outputs. */
  record GradientPlan(ScatterPlan sums, int images, int lines, int places, int width, int before) {
    /** Of the gradient with its margins. */
    long paddedLine() {
      return (long) (width + TAPS - 1) * Simd.BYTES;
    }

    long paddedBytes() {
      return images * lines * paddedLine();
    }

    /** The result of the sums, and the partial ones of all chunks but the first. */
    long workBytes() {
      return sums.floats() * FLOAT * sums.chunks;
    }
  }

  private final Workers workers;
  private final Gather gather;
  private final Scatter scatter;
  private final KernelCompiler compiler;
  /** The first of the images at hand. */
  private long first;

  NarrowConvolutions(Workers workers, Gather gather, Scatter scatter, KernelCompiler compiler) {
    this.workers = workers;
    this.gather = gather;
    this.scatter = scatter;
    this.compiler = compiler;
  }

  /**
   * Whether this is the way for sums over {@code sourceChannels} to {@code targetChannels}.
   *
   * @param image whose places are multiplied, channels innermost
   */
  static boolean suits(Window window, int groups, Shape image, long sourceChannels, long targetChannels) {
    if (groups != 1 || window.rank() != 2 || targetChannels != LANES) return false;
    var across = window.axes().get(1);
    return IndexedKernels.vectors(TAPS * LANES) == TAPS && across.kernel() == TAPS && across.stride() == 1
        && across.dilation() == 1 && across.before() < TAPS && across.after() < TAPS
        && window.axes().get(0).kernel() * sourceChannels >= FEWEST_TERMS
        && image.size(1) * image.size(2) * TAPS * LANES * FLOAT <= MOST_IMAGE_BYTES;
  }

  private static Window oneWide(Window window) {
    return new Window(List.of(window.axes().get(0), new Window.Axis(1, 1, 0, 0, 1)));
  }

  static Plan plan(Window window, Shape source, Shape target, boolean forward) {
    var one = Shape.of(1, target.size(1), source.size(2), (long) TAPS * LANES);
    long images = Math.clamp(MOST_BYTES / (one.numel() * FLOAT), 1, source.size(0));
    while (source.size(0) % images != 0) images--;
    var sums = ConvolutionPaths.gatherPlan(oneWide(window), 1, source.with(0, images), one.with(0, images),
        forward);
    int before = window.axes().get(1).before();
    return new Plan(sums, (int) images, (int) source.size(3), (int) target.size(1), (int) target.size(2),
        (int) source.size(2), forward ? -before : before, forward ? 1 : -1, forward);
  }

  static GradientPlan gradientPlan(Window window, Shape x, Shape g) {
    var one = oneWide(window);
    long line = (x.size(2) + TAPS - 1) * Simd.BYTES;
    var axes = List.of(WindowAxis.forward(one.axes().get(0), x.size(1)),
        WindowAxis.forward(one.axes().get(1), x.size(2)));
    var classes = WindowClass.of(axes, one.kernel(), new long[]{line, Simd.BYTES},
        ConvolutionPaths.strides(x));
    var sums = new ScatterPlan(classes, one.taps(), new ScatterPlan.Sizes(x.size(0), 1, (int) x.size(3),
        TAPS * LANES, ConvolutionPaths.image(x, x.size(3)), g.size(1) * line));
    return new GradientPlan(sums, (int) x.size(0), (int) g.size(1), (int) g.size(2), (int) x.size(2),
        window.axes().get(1).before());
  }

  private boolean vectors() {
    compiler.need(KernelCompiler.Loops.NARROW);
    return switch (compiler.mode) {
      case WHEN_READY -> NarrowRows.isCompiled();
      case AT_ONCE -> true;
      case NEVER -> false;
    };
  }

  /**
   * Computes a convolution, or the gradient of its input from that of its result.
   *
   * @param images in all
   * @param weight [taps, 3, C, O], contiguous
   * @param bias a row for the target's channels, zeros for none
   * @param work room for {@link Plan#weightBytes} and then {@link Plan#sumBytes}
   */
  void run(Plan plan, long images, long source, long weight, long bias, long work, long target) {
    boolean vectors = vectors();
    pack(plan, weight, work);
    long sums = work + plan.weightBytes();
    int lines = plan.images * plan.lines;
    long line = (long) plan.places * Simd.BYTES;
    Workers.Job add = part -> {
      var scratch = Scratch.mine();
      long mark = scratch.mark();
      long zeros = scratch.take(Simd.BYTES);
      Memory.fill(zeros, Simd.BYTES, (byte) 0);
      long to = target + first * plan.lines * line;
      for (int i = part * LINES; i < Math.min(lines, (part + 1) * LINES); i++) {
        NarrowRows.loops(vectors).line(vectors, plan.places, plan.width, plan.first, plan.step,
            sums + i * plan.sumLine(),
            bias, zeros, to + i * line);
      }
      scratch.release(mark);
    };
    for (first = 0; first < images; first += plan.images) {
      gather.run(plan.sums, source + first * plan.sums.sizes.sourceImageBytes(), work, 0, sums);
      workers.run(Math.ceilDiv(lines, LINES), add);
    }
  }

  /** For each row of the window and channel of the source, three vectors. */
  private static void pack(Plan plan, long weight, long to) {
    int channels = plan.channels;
    long step = plan.forward ? FLOAT : (long) channels * FLOAT;
    long sourceStep = plan.forward ? (long) LANES * FLOAT : FLOAT;
    for (int row = 0; row < plan.sums.taps; row++) {
      for (int s = 0; s < channels; s++) {
        for (int tap = 0; tap < TAPS; tap++, to += Simd.BYTES) {
          long from = weight + ((long) (row * TAPS + tap) * channels * LANES) * FLOAT + s * sourceStep;
          for (int i = 0; i < LANES; i++)
            Memory.setFloat(to + (long) i * FLOAT, Memory.getFloat(from + i * step));
        }
      }
    }
  }

  /**
   * Computes the gradient of the weight.
   *
   * @param padded room for {@link GradientPlan#paddedBytes}
   * @param work room for {@link GradientPlan#workBytes}
   * @param to [taps, 3, C, O], contiguous
   */
  void weightGradient(GradientPlan plan, long x, long g, long padded, long work, long to) {
    int lines = plan.images * plan.lines;
    workers.run(Math.ceilDiv(lines, LINES), part -> {
      for (int i = part * LINES; i < Math.min(lines, (part + 1) * LINES); i++) pad(plan, i, g, padded);
    });
    scatter.run(plan.sums, x, padded, work, work + plan.sums.floats() * FLOAT);
    // the sums are [taps, C, 3, O], the three from the place that sees the last tap to that which sees the
    // first
    int channels = plan.sums.sizes.channels();
    for (int row = 0; row < plan.sums.taps; row++) {
      for (int c = 0; c < channels; c++) {
        for (int tap = 0; tap < TAPS; tap++) {
          long from = ((long) (row * channels + c) * TAPS + TAPS - 1 - tap) * Simd.BYTES;
          Memory.copy(work + from, to + ((long) (row * TAPS + tap) * channels + c) * Simd.BYTES, Simd.BYTES);
        }
      }
    }
  }

  /** Copies a line of the gradient to where its neighbours on both sides are zeros. */
  private static void pad(GradientPlan plan, int line, long g, long padded) {
    long to = padded + line * plan.paddedLine();
    long margin = (long) (TAPS - 1 - plan.before) * Simd.BYTES;
    long bytes = (long) plan.places * Simd.BYTES;
    Memory.fill(to, margin, (byte) 0);
    Memory.copy(g + line * bytes, to + margin, bytes);
    Memory.fill(to + margin + bytes, plan.paddedLine() - margin - bytes, (byte) 0);
  }
}
