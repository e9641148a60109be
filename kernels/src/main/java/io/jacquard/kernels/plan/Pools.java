package io.jacquard.kernels.plan;

import io.jacquard.DType;
import io.jacquard.kernels.Divisor;
import io.jacquard.kernels.PoolKernel;
import io.jacquard.kernels.PoolKernel.Kind;
import io.jacquard.ops.MaxPool;
import io.jacquard.ops.MaxPoolGradient;
import io.jacquard.ops.MaxPoolPick;
import io.jacquard.ops.SumPool;
import io.jacquard.ops.SumPoolGradient;
import io.jacquard.ops.Window;
import io.jacquard.spi.View;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Pooling and its gradients, one launch each. Their ops say what they are; they give the same bits as the ops' maps. */
final class Pools {
  /** For CPUs: channels side by side that are worth vectors, and runs of a work-group. */
  private static final int LEAST_LANES = 16;
  private static final int RUNS_TOGETHER = 8;

  private final KernelCompiler compiler;
  private final Tuning tuning;
  private final Plans<Plan> plans = new Plans<>();

  Pools(KernelCompiler compiler, Tuning tuning) {
    this.compiler = compiler;
    this.tuning = tuning;
  }

  /** A launch, and where the buffers of what is read, of what is written and of tap numbers go. */
  private record Plan(Kernel kernel, Arguments arguments, int[] buffers, long groups) {}

  boolean max(MaxPool op, View[] in, View[] out) {
    return run(Kind.MAX, op.window(), 0, in[0], out[0], out[1]);
  }

  boolean maxGradient(MaxPoolGradient op, View[] in, View[] out) {
    return run(Kind.MAX_GRADIENT, op.window(), 0, in[0], out[0], in[1]);
  }

  boolean pick(MaxPoolPick op, View[] in, View[] out) {
    return run(Kind.PICK, op.window(), 0, in[0], out[0], in[1]);
  }

  boolean sum(SumPool op, View[] in, View[] out) {
    return run(Kind.SUM, op.window(), op.divisor(), in[0], out[0]);
  }

  boolean sumGradient(SumPoolGradient op, View[] in, View[] out) {
    return run(Kind.SUM_GRADIENT, op.window(), op.divisor(), in[0], out[0]);
  }

  /** @param views what is read, what is written, tap numbers */
  private boolean run(Kind kind, Window window, double divisor, View... views) {
    var type = views[0].dtype();
    if (type != DType.FLOAT32 && type != DType.FLOAT64) return false;
    var key = plans.key().add(kind.ordinal()).add(Double.doubleToRawLongBits(divisor)).add(window.rank());
    for (int a = 0; a < window.rank(); a++) {
      var axis = window.axes().get(a);
      key.add(axis.kernel()).add(axis.stride()).add(axis.before()).add(axis.dilation());
    }
    for (var view : views) key.add(view);
    var plan = plans.find(null);
    if (plan == null) plan = plans.add(null, plan(kind, window, divisor, views));
    for (int k = 0; k < views.length; k++) plan.arguments.set(plan.buffers[k], KernelBuffer.handle(views[k]));
    plan.kernel.launch(plan.arguments, plan.groups, 1, 1);
    return true;
  }

  /**
   * The coordinates of what is written, in the order of its memory.
   *
   * @param axis the number of the window's axis; -1 for a dimension before these
   */
  private record Coordinate(long size, long[] strides, int axis) {}

  private static Coordinate[] coordinates(int lead, View... views) {
    var shape = views[1].shape();
    var strides = Arrays.stream(views).map(v -> v.layout().strides()).toArray(long[][]::new);
    var before = Dims.of(Arrays.copyOf(shape.sizes(), lead),
        Arrays.stream(strides).map(s -> Arrays.copyOf(s, lead)).toArray(long[][]::new), 1);
    var all = new Coordinate[before.rank() + shape.rank() - lead];
    for (int d = 0; d < all.length; d++) {
      int a = d - before.rank();
      int from = d;
      all[d] = a < 0
          ? new Coordinate(before.sizes()[d],
              Arrays.stream(before.strides()).mapToLong(s -> s[from]).toArray(), -1)
          : new Coordinate(shape.size(lead + a), Arrays.stream(strides).mapToLong(s -> s[lead + a]).toArray(),
              a);
    }
    Arrays.sort(all, Comparator.comparingLong(c -> -Math.abs(c.strides[1]))); // stable
    return all;
  }

  private Plan plan(Kind kind, Window window, double divisor, View... views) {
    int lead = views[1].shape().rank() - window.rank();
    var coordinates = coordinates(lead, views);
    int rank = coordinates.length;
    var last = coordinates[rank - 1];
    boolean wide = tuning.wide() || Arrays.stream(views).anyMatch(Dims::isWide);
    boolean lanes = tuning.vectors() && last.axis < 0 && last.size >= LEAST_LANES
        && Arrays.stream(last.strides).allMatch(stride -> stride == 1);
    int group = lanes ? RUNS_TOGETHER : tuning.mapGroup();
    var spatial = IntStream.range(0, window.rank())
        .map(a -> IntStream.range(0, rank).filter(d -> coordinates[d].axis == a).findFirst().orElseThrow())
        .boxed().toList();
    int width = lanes ? lanes(last.size) : 1;
    var source = new PoolKernel(kind, views[0].dtype(), rank, spatial, width, last.size % width == 0, wide,
        group).source();

    var dims = new Dims(Arrays.stream(coordinates).mapToLong(Coordinate::size).toArray(),
        IntStream.range(0, views.length)
            .mapToObj(k -> Arrays.stream(coordinates).mapToLong(c -> c.strides[k]).toArray())
            .toArray(long[][]::new));
    long items = dims.count() / last.size * Math.ceilDiv(last.size, (long) width);
    var arguments = new Arguments();
    arguments.index(items, wide);
    arguments.index(last.size, wide);
    dims.addSizes(arguments, wide);
    for (int a = 0; a < window.rank(); a++) {
      addAxis(arguments, window.axes().get(a), views[0].shape().size(lead + a), kind.isBackward() && !wide,
          wide);
    }
    if (kind.divides()) arguments.add64(views[0].dtype().bits(divisor));
    var buffers = new int[views.length];
    for (int k = 0; k < views.length; k++) {
      buffers[k] = arguments.buffer();
      arguments.add64(views[k].layout().offset());
      dims.addStrides(arguments, k, wide);
    }
    return new Plan(compiler.kernel(source, group), arguments, buffers, Math.ceilDiv(items, group));
  }

  /** Channels of an item: as many as divide all of them, where they do not leave too few. */
  private static int lanes(long channels) {
    for (int lanes = PoolKernel.LANES; lanes >= LEAST_LANES; lanes /= 2) {
      if (channels % lanes == 0) return lanes;
    }
    return PoolKernel.LANES;
  }

  private static void addAxis(Arguments arguments, Window.Axis axis, long size, boolean divides,
      boolean wide) {
    arguments.index(axis.kernel(), wide);
    arguments.index(axis.stride(), wide);
    arguments.index(axis.before(), wide);
    arguments.index(axis.dilation(), wide);
    arguments.index(size, wide);
    if (!divides) return;
    var divisor = Divisor.of(axis.stride());
    arguments.add32(divisor.multiplier());
    arguments.add32(divisor.shift());
  }
}
