package io.jacquard.cpu;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.expr.Program;
import io.jacquard.ops.Convolution;
import io.jacquard.ops.ConvolutionInputGradient;
import io.jacquard.ops.ConvolutionWeightGradient;
import io.jacquard.ops.Window;
import io.jacquard.spi.Layout;
import io.jacquard.spi.Operation;
import io.jacquard.spi.View;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Float32 convolutions and their gradients as this backend computes them: what a window sees is read where it lies, by
 * the offsets of {@link GatherPlan} and {@link ScatterPlan}. Operands that do not lie contiguous, channels innermost, are
 * copied first; weights always are, into panels.
 */
final class ConvolutionPaths implements AutoCloseable {
  private static final int FLOAT = Float.BYTES;
  private static final int MOST_PLANS = 128;
  private static final Program COPY = Program.of(in -> in[0], DType.FLOAT32);

  private record Key(Operation op, Shape first, Shape second) {}

  private final Maps maps;
  private final Gather gather;
  private final Scatter scatter;
  private final Depthwise depthwise;
  private final Winograd winograd;
  private final WinogradGradient winogradGradient;
  private final PointwiseProducts pointwise;
  private final NarrowConvolutions narrow;
  private final Workspace workspace = new Workspace();
  /** A cache of what was used last. */
  private final Map<Key, Object> plans = new LinkedHashMap<>(16, 0.75f, true) {
    @Override
    protected boolean removeEldestEntry(Map.Entry<Key, Object> eldest) {
      return size() > MOST_PLANS;
    }
  };

  ConvolutionPaths(Workers workers, Maps maps, Products products, KernelCompiler compiler) {
    this.maps = maps;
    var kernels = new IndexedKernels(compiler);
    gather = new Gather(workers, kernels);
    scatter = new Scatter(workers, kernels);
    depthwise = new Depthwise(workers, compiler);
    winograd = new Winograd(workers, products, compiler);
    winogradGradient = new WinogradGradient(workers, products, compiler);
    pointwise = new PointwiseProducts(products);
    narrow = new NarrowConvolutions(workers, gather, scatter, compiler);
  }

  /** [N, spatial..., C] and [kernel..., C/groups, O] to [N, windows..., O]. */
  boolean convolve(Convolution op, View[] in, View out) {
    if (out.dtype() != DType.FLOAT32) return false;
    if (out.numel() == 0) return true;
    if (Depthwise.suits(op.groups(), in[0].shape().size(-1), out.shape().size(-1))) {
      var plan = plan(new Key(op, in[0].shape(), in[1].shape()), Depthwise.Plan.class,
          () -> depthwisePlan(op.window(), in[0].shape(), out.shape(), true));
      long bias = in.length > 2 ? address(in[2], Workspace.Purpose.BIAS) : zeros(op.groups());
      depthwise.gather(plan, address(in[0], Workspace.Purpose.FIRST),
          address(in[1], Workspace.Purpose.WEIGHTS), bias, Views.address(out, "convolution"));
      return true;
    }
    if (PointwiseProducts.suits(op.window(), op.groups())) {
      pointwise.convolve(address(in[0], Workspace.Purpose.FIRST), in[1], in.length > 2 ? in[2] : null, out);
      return true;
    }
    var tiled = WinogradPlan.of(op.window(), op.groups(), in[0].shape(), out.shape(), true);
    if (tiled != null) {
      long bias = in.length > 2 ? address(in[2], Workspace.Purpose.BIAS) : zeros(tiled.outputs());
      inTiles(tiled, in[0], tapWeights(in[1]), bias, out);
      return true;
    }
    if (narrows(op.window(), op.groups(), in[0], out)) {
      long bias = in.length > 2 ? address(in[2], Workspace.Purpose.BIAS) : zeros(Simd.LANES);
      narrow(op, op.window(), in[0], in[1], bias, out, true);
      return true;
    }
    var plan = plan(new Key(op, in[0].shape(), in[1].shape()), GatherPlan.class,
        () -> gatherPlan(op.window(), op.groups(), in[0].shape(), out.shape(), true));
    long weights = packed(plan, in[1], op.groups(), false);
    long bias = in.length > 2 ? bias(plan, in[2]) : 0;
    gather.run(plan, address(in[0], Workspace.Purpose.FIRST), weights, bias,
        Views.address(out, "convolution"));
    return true;
  }

  /** The gradient [N, windows..., O] and [kernel..., C/groups, O] to [N, spatial..., C]. */
  boolean inputGradient(ConvolutionInputGradient op, View[] in, View out) {
    if (out.dtype() != DType.FLOAT32) return false;
    if (out.numel() == 0) return true;
    if (Depthwise.suits(op.groups(), in[0].shape().size(-1), out.shape().size(-1))) {
      var plan = plan(new Key(op, in[0].shape(), in[1].shape()), Depthwise.Plan.class,
          () -> depthwisePlan(op.window(), in[0].shape(), out.shape(), false));
      depthwise.gather(plan, address(in[0], Workspace.Purpose.FIRST),
          address(in[1], Workspace.Purpose.WEIGHTS), zeros(op.groups()),
          Views.address(out, "convolution gradient"));
      return true;
    }
    if (PointwiseProducts.suits(op.window(), op.groups())) {
      pointwise.inputGradient(address(in[0], Workspace.Purpose.FIRST), in[1], out);
      return true;
    }
    var tiled = WinogradPlan.of(op.window(), op.groups(), in[0].shape(), out.shape(), false);
    if (tiled != null) {
      inTiles(tiled, in[0], turnedWeights(in[1]), zeros(tiled.outputs()), out);
      return true;
    }
    if (narrows(op.window(), op.groups(), in[0], out)) {
      narrow(op, op.window(), in[0], in[1], zeros(Simd.LANES), out, false);
      return true;
    }
    var plan = plan(new Key(op, in[0].shape(), in[1].shape()), GatherPlan.class,
        () -> gatherPlan(op.window(), op.groups(), in[0].shape(), out.shape(), false));
    long weights = packed(plan, in[1], op.groups(), true);
    gather.run(plan, address(in[0], Workspace.Purpose.FIRST), weights, 0,
        Views.address(out, "convolution gradient"));
    return true;
  }

  /** [N, spatial..., C] and the gradient [N, windows..., O] to [kernel..., C/groups, O]. */
  boolean weightGradient(ConvolutionWeightGradient op, View[] in, View out) {
    if (out.dtype() != DType.FLOAT32) return false;
    if (out.numel() == 0) return true;
    if (Depthwise.suits(op.groups(), in[0].shape().size(-1), out.shape().size(-1))) {
      var plan = plan(new Key(op, in[0].shape(), in[1].shape()), Depthwise.Plan.class,
          () -> depthwisePlan(op.window(), in[0].shape(), in[1].shape(), true));
      long sums = workspace.bytes(Workspace.Purpose.PARTIALS, plan.floats() * FLOAT * (plan.chunks - 1));
      depthwise.scatter(plan, address(in[0], Workspace.Purpose.FIRST),
          address(in[1], Workspace.Purpose.SECOND), Views.address(out, "convolution weight gradient"), sums);
      return true;
    }
    if (PointwiseProducts.suits(op.window(), op.groups())) {
      pointwise.weightGradient(address(in[0], Workspace.Purpose.FIRST),
          address(in[1], Workspace.Purpose.SECOND), in[0].numel() / in[0].shape().size(-1), out);
      return true;
    }
    var tiled = WinogradPlan.of(op.window(), op.groups(), in[0].shape(), in[1].shape(), true);
    if (tiled != null && tiled.gradientPays()) {
      long work = workspace.bytes(Workspace.Purpose.PARTIALS, WinogradGradient.workBytes(tiled));
      winogradGradient.run(tiled, address(in[0], Workspace.Purpose.FIRST),
          address(in[1], Workspace.Purpose.SECOND), work, Views.address(out, "convolution weight gradient"));
      return true;
    }
    if (narrows(op.window(), op.groups(), in[0], in[1])) {
      var plan = plan(new Key(op, in[0].shape(), in[1].shape()), NarrowConvolutions.GradientPlan.class,
          () -> NarrowConvolutions.gradientPlan(op.window(), in[0].shape(), in[1].shape()));
      narrow.weightGradient(plan, address(in[0], Workspace.Purpose.FIRST),
          address(in[1], Workspace.Purpose.SECOND),
          workspace.bytes(Workspace.Purpose.RESULT, plan.paddedBytes()),
          workspace.bytes(Workspace.Purpose.PARTIALS, plan.workBytes()),
          Views.address(out, "convolution weight gradient"));
      return true;
    }
    var plan = plan(new Key(op, in[0].shape(), in[1].shape()), ScatterPlan.class,
        () -> scatterPlan(op, in[0].shape(), in[1].shape()));
    long x = address(in[0], Workspace.Purpose.FIRST);
    long g = padded(plan, in[1]);
    long partials = workspace.bytes(Workspace.Purpose.PARTIALS, plan.floats() * FLOAT * (plan.chunks - 1));
    scatter.run(plan, x, g, Views.address(out, "convolution weight gradient"), partials);
    return true;
  }

  private static boolean narrows(Window window, int groups, View source, View target) {
    return NarrowConvolutions.suits(window, groups, source.shape(), source.shape().size(-1),
        target.shape().size(-1));
  }

  private void narrow(Operation op, Window window, View source, View weight, long bias, View out,
      boolean forward) {
    var plan = plan(new Key(op, source.shape(), weight.shape()), NarrowConvolutions.Plan.class,
        () -> NarrowConvolutions.plan(window, source.shape(), out.shape(), forward));
    long work = workspace.bytes(Workspace.Purpose.PARTIALS, plan.weightBytes() + plan.sumBytes());
    narrow.run(plan, source.shape().size(0), address(source, Workspace.Purpose.FIRST), tapWeights(weight),
        bias, work, Views.address(out, "convolution"));
  }

  /** @param weights [3, 3, channels, outputs], contiguous */
  private void inTiles(WinogradPlan plan, View x, long weights, long bias, View out) {
    long u = workspace.bytes(Workspace.Purpose.WEIGHTS, plan.weightBytes());
    winograd.weights(plan, weights, u);
    winograd.run(plan, address(x, Workspace.Purpose.FIRST), u, bias, Views.address(out, "convolution"));
  }

  private long tapWeights(View weight) {
    return address(weight, Workspace.Purpose.RESULT);
  }

  /** The weight [kernel..., C, O] with its taps in reverse and as [kernel..., O, C]: what the input's gradient gathers by. */
  private long turnedWeights(View weight) {
    long from = tapWeights(weight);
    long bytes = weight.numel() * FLOAT;
    long to = workspace.bytes(Workspace.Purpose.SECOND, bytes);
    int channels = (int) weight.shape().size(-2);
    int outputs = (int) weight.shape().size(-1);
    long tap = (long) channels * outputs * FLOAT;
    for (long at = 0; at < bytes; at += tap) {
      for (int c = 0; c < channels; c++) {
        long row = from + at + (long) c * outputs * FLOAT;
        long column = to + bytes - tap - at + (long) c * FLOAT;
        for (int o = 0; o < outputs; o++)
          Memory.setFloat(column + (long) o * channels * FLOAT, Memory.getFloat(row + (long) o * FLOAT));
      }
    }
    return to;
  }

  private <P> P plan(Key key, Class<P> type, Supplier<P> made) {
    return type.cast(plans.computeIfAbsent(key, _ -> made.get()));
  }

  static GatherPlan gatherPlan(Window window, int groups, Shape source, Shape target,
      boolean forward) {
    var classes = classes(window, source, target, forward);
    int sourceChannels = (int) (source.size(-1) / groups);
    int targetChannels = (int) (target.size(-1) / groups);
    return new GatherPlan(classes, window.taps(),
        new GatherPlan.Sizes(source.size(0), groups, sourceChannels, targetChannels,
            image(source, source.size(-1)),
            image(target, target.size(-1))));
  }

  private static Depthwise.Plan depthwisePlan(Window window, Shape source, Shape target, boolean forward) {
    return new Depthwise.Plan(classes(window, source, target, forward), window.taps(),
        (int) source.size(-1), source.size(0), image(source, source.size(-1)),
        image(target, target.size(-1)));
  }

  private long zeros(int floats) {
    long zeros = workspace.bytes(Workspace.Purpose.BIAS, (long) floats * FLOAT);
    Memory.fill(zeros, (long) floats * FLOAT, (byte) 0);
    return zeros;
  }

  private static ScatterPlan scatterPlan(ConvolutionWeightGradient op, Shape x, Shape g) {
    int outputs = (int) (g.size(-1) / op.groups());
    int vectors = IndexedKernels.vectors(outputs);
    int panels = Math.ceilDiv(outputs, vectors * Simd.LANES);
    var padded = g.with(g.rank() - 1, (long) op.groups() * panels * vectors * Simd.LANES);
    var classes = classes(op.window(), x, padded, true);
    return new ScatterPlan(classes, op.window().taps(),
        new ScatterPlan.Sizes(x.size(0), op.groups(), (int) (x.size(-1) / op.groups()), outputs,
            image(x, x.size(-1)), image(padded, padded.size(-1))));
  }

  private static List<WindowClass> classes(Window window, Shape source, Shape target, boolean forward) {
    var axes = new ArrayList<List<WindowAxis>>();
    for (int a = 0; a < window.rank(); a++) {
      var axis = window.axes().get(a);
      axes.add(forward
          ? WindowAxis.forward(axis, source.size(1 + a))
          : WindowAxis.backward(axis, target.size(1 + a)));
    }
    return WindowClass.of(axes, window.kernel(), strides(target), strides(source));
  }

  /** Bytes from one place to the next along each spatial dimension of [N, spatial..., C]. */
  static long[] strides(Shape shape) {
    var all = Layout.contiguous(shape).strides();
    var strides = new long[shape.rank() - 2];
    for (int a = 0; a < strides.length; a++) strides[a] = all[1 + a] * FLOAT;
    return strides;
  }

  static long image(Shape shape, long channels) {
    return Math.max(1, shape.without(shape.rank() - 1).without(0).numel()) * channels * FLOAT;
  }

  /** Where the view's elements lie contiguous: where they are, or in a copy. */
  private long address(View view, Workspace.Purpose purpose) {
    if (view.layout().isContiguous()) return Views.address(view, "convolution");
    return Views.address(copy(view, workspace.floats(purpose, view.shape())), "copy for a convolution");
  }

  private View copy(View from, View to) {
    maps.run(COPY, new long[0], new View[]{from}, new View[]{to});
    return to;
  }

  /** A gradient whose groups of outputs are filled up with zeros to whole panels. */
  private long padded(ScatterPlan plan, View g) {
    int outputs = plan.sizes.outputs();
    int groups = plan.sizes.groups();
    if (plan.paddedOutputs() == outputs) return address(g, Workspace.Purpose.SECOND);
    int last = g.shape().rank() - 1;
    var wide = workspace.floats(Workspace.Purpose.SECOND,
        g.shape().with(last, (long) groups * plan.paddedOutputs()));
    Memory.fill(Views.address(wide, "padded gradient"), wide.numel() * FLOAT, (byte) 0);
    for (int group = 0; group < groups; group++) {
      copy(channels(g, (long) group * outputs, outputs),
          channels(wide, (long) group * plan.paddedOutputs(), outputs));
    }
    return Views.address(wide, "padded gradient");
  }

  private static View channels(View view, long from, long count) {
    var layout = view.layout();
    int last = layout.shape().rank() - 1;
    return new View(view.buffer(), view.dtype(),
        new Layout(layout.shape().with(last, count), layout.strides(),
            layout.offset() + from * layout.stride(last)));
  }

  private long bias(GatherPlan plan, View bias) {
    int width = plan.panels * plan.vectors * Simd.LANES;
    int groups = plan.sizes.groups();
    int channels = plan.sizes.targetChannels();
    long to = workspace.bytes(Workspace.Purpose.BIAS, (long) groups * width * FLOAT);
    long from = Views.address(bias, "convolution bias");
    long step = bias.layout().stride(0) * FLOAT;
    for (int group = 0; group < groups; group++) {
      for (int j = 0; j < width; j++) {
        long at = to + ((long) group * width + j) * FLOAT;
        Memory.setFloat(at, j < channels ? Memory.getFloat(from + ((long) group * channels + j) * step) : 0f);
      }
    }
    return to;
  }

  /**
   * The weight [kernel..., C/groups, O] in panels: for each group and panel a row for each tap and channel of the source,
   * filled up with zeros to whole vectors.
   *
   * @param back whether the source's channels are the outputs, as for the gradient of the input
   */
  private long packed(GatherPlan plan, View weight, int groups, boolean back) {
    var sizes = plan.sizes;
    long to = workspace.bytes(Workspace.Purpose.WEIGHTS, groups * plan.panels * plan.weightPanel());
    int taps = plan.taps;
    var own = weight.layout().isContiguous() ? weight
        : copy(weight, workspace.floats(Workspace.Purpose.RESULT, weight.shape()));
    long from = Views.address(own, "convolution weight");
    long outputs = weight.shape().size(-1);
    long channels = weight.shape().size(-2);
    int width = plan.vectors * Simd.LANES;
    for (int group = 0; group < groups; group++) {
      long groupStart = from + group * (outputs / groups) * FLOAT;
      for (int panel = 0; panel < plan.panels; panel++) {
        int column = panel * width;
        int filled = Math.min(width, sizes.targetChannels() - column);
        for (int tap = 0; tap < taps; tap++) {
          long tapStart = groupStart + tap * channels * outputs * FLOAT;
          for (int s = 0; s < sizes.sourceChannels(); s++, to += (long) width * FLOAT) {
            long row = back ? tapStart + (column * outputs + s) * FLOAT
                : tapStart + (s * outputs + column) * FLOAT;
            packRow(row, back ? outputs * FLOAT : FLOAT, filled, to, width);
          }
        }
      }
    }
    return to - groups * plan.panels * plan.weightPanel();
  }

  private static void packRow(long from, long step, int filled, long to, int width) {
    if (step == FLOAT && filled == width) {
      Memory.copy(from, to, (long) width * FLOAT);
      return;
    }
    for (int j = 0; j < filled; j++) Memory.setFloat(to + (long) j * FLOAT, Memory.getFloat(from + j * step));
    for (int j = filled; j < width; j++) Memory.setFloat(to + (long) j * FLOAT, 0f);
  }

  @Override
  public void close() {
    workspace.close();
  }
}
