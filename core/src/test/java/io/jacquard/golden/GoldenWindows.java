package io.jacquard.golden;

import io.jacquard.nn.Conv1d;
import io.jacquard.nn.Conv2d;
import io.jacquard.nn.Conv3d;
import io.jacquard.nn.Module;
import io.jacquard.ops.ConvOptions;
import io.jacquard.ops.Convolutions;
import io.jacquard.ops.PoolOptions;
import io.jacquard.ops.Pooling;
import io.jacquard.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/** Convolutions and pooling: families/windows.py. */
final class GoldenWindows {
  private GoldenWindows() {}

  static void register(GoldenOps ops) {
    for (int rank = 1; rank <= 3; rank++) {
      int r = rank;
      ops.add("conv" + r + "d", run -> Convolutions.conv(r, run.in(0), run.in(1),
          run.inputs().length > 2 ? run.in(2) : null, convolution(run.attrs())));
      ops.add("max_pool" + r + "d",
          run -> Pooling.max(r, run.in(0), list(run.attrs().integers("kernel")), pooling(run.attrs())));
      ops.add("avg_pool" + r + "d",
          run -> Pooling.average(r, run.in(0), list(run.attrs().integers("kernel")), pooling(run.attrs())));
    }
    ops.add("adaptive_avg_pool1d", run -> run.in(0).adaptiveAvgPool1d(run.integer("size")));
    ops.add("adaptive_max_pool1d", run -> run.in(0).adaptiveMaxPool1d(run.integer("size")));
    ops.add("adaptive_avg_pool2d", run -> run.in(0).adaptiveAvgPool2d(run.attrs().integers("size")));
    ops.add("adaptive_max_pool2d", run -> run.in(0).adaptiveMaxPool2d(run.attrs().integers("size")));
    ops.add("Conv1d",
        run -> layer(run, new Conv1d(run.integer("in"), run.integer("out"), run.integer("kernel"))));
    ops.add("Conv2d",
        run -> layer(run, new Conv2d(run.integer("in"), run.integer("out"), run.integer("kernel"))));
    ops.add("Conv3d",
        run -> layer(run, new Conv3d(run.integer("in"), run.integer("out"), run.integer("kernel"))));
  }

  private static Tensor layer(GoldenRun run, Module layer) {
    return run.load(layer).call(run.in(0));
  }

  static ConvOptions convolution(GoldenAttrs a) {
    var options = ConvOptions.defaults();
    if (a.has("stride")) options = options.stride(a.integers("stride"));
    if (a.has("dilation")) options = options.dilation(a.integers("dilation"));
    if (a.has("groups")) options = options.groups(a.integer("groups"));
    if (!a.has("padding")) return options;
    return a.values().get("padding") instanceof String ? options.samePadding()
        : options.padding(a.integers("padding"));
  }

  static PoolOptions pooling(GoldenAttrs a) {
    var options = PoolOptions.defaults();
    if (a.has("stride")) options = options.stride(a.integers("stride"));
    if (a.has("padding")) options = options.padding(a.integers("padding"));
    if (a.has("dilation")) options = options.dilation(a.integers("dilation"));
    if (a.has("ceil_mode")) options = options.withCeilMode();
    if (a.has("count_include_pad")) options = options.excludingPadding();
    return a.has("divisor") ? options.dividingBy(a.integer("divisor")) : options;
  }

  private static List<Integer> list(int[] values) {
    return IntStream.of(values).boxed().toList();
  }
}
