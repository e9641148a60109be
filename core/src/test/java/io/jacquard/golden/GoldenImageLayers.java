package io.jacquard.golden;

import io.jacquard.Shape;
import io.jacquard.nn.AlphaDropout;
import io.jacquard.nn.BatchNorm3d;
import io.jacquard.nn.Conv1d;
import io.jacquard.nn.Conv2d;
import io.jacquard.nn.ConvTranspose1d;
import io.jacquard.nn.ConvTranspose2d;
import io.jacquard.nn.Dropout2d;
import io.jacquard.nn.GlobalAvgPool;
import io.jacquard.nn.GlobalMaxPool;
import io.jacquard.nn.GroupNorm;
import io.jacquard.nn.InstanceNorm1d;
import io.jacquard.nn.InstanceNorm2d;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Module;
import io.jacquard.nn.RMSNorm;
import io.jacquard.nn.WeightNorm;
import io.jacquard.ops.ConvOptions;
import io.jacquard.ops.Interpolation;
import io.jacquard.ops.PadMode;
import io.jacquard.ops.RmsNorm;
import io.jacquard.tensor.Tensor;
import java.util.Locale;

/** Transposed convolution, columns, pooling, padding, resizing, norms: image_layers.py, image_sizes.py, image_norms.py. */
final class GoldenImageLayers {
  private static final ConvOptions PLAIN = ConvOptions.defaults();

  private GoldenImageLayers() {}

  static void register(GoldenOps ops) {
    ops.add("conv_transpose1d", r -> r.in(0).convTranspose1d(r.in(1), r.has("bias") ? r.in("bias") : null,
        GoldenWindows.convolution(r.attrs()), outputPadding(r)));
    ops.add("conv_transpose2d", r -> r.in(0).convTranspose2d(r.in(1), r.has("bias") ? r.in("bias") : null,
        GoldenWindows.convolution(r.attrs()), outputPadding(r)));
    ops.add("ConvTranspose1d", r -> layer(r, new ConvTranspose1d(3, 2, 3, PLAIN.stride(2))));
    ops.add("ConvTranspose2d", r -> layer(r, new ConvTranspose2d(3, 2, 3, PLAIN.stride(2))));
    ops.add("unfold",
        r -> r.in(0).im2col(GoldenWindows.convolution(r.attrs()), r.attrs().integers("kernel")));
    ops.add("fold", r -> r.in(0).col2im(GoldenWindows.convolution(r.attrs()), r.attrs().integers("kernel"),
        r.integers("size")[0], r.integers("size")[1]));
    ops.add("lp_pool1d", r -> r.in(0).lpPool1d(r.number("p"), GoldenWindows.pooling(r.attrs()),
        r.integer("kernel")));
    ops.add("lp_pool2d", r -> r.in(0).lpPool2d(r.number("p"), GoldenWindows.pooling(r.attrs()),
        r.integer("kernel")));
    ops.add("GlobalAvgPool", r -> new GlobalAvgPool().call(r.in(0)));
    ops.add("GlobalMaxPool", r -> new GlobalMaxPool().call(r.in(0)));
  }

  static void registerSizes(GoldenOps ops) {
    ops.add("conv2d", r -> r.in(0).conv2d(r.in(1), r.in(2), PLAIN.padding(1, 2).paddingMode(mode(r))));
    ops.add("Conv2d", r -> layer(r, new Conv2d(2, 3, 3, PLAIN.padding(1).paddingMode(mode(r)))));
    ops.add("Conv1d same", r -> layer(r, new Conv1d(2, 3, 4, PLAIN.samePadding().paddingMode(mode(r)))));
    ops.add("pad", r -> r.attrs().has("mode")
        ? r.in(0).pad(mode(r), r.integers("amounts"))
        : r.in(0).pad(r.number("value"), r.integers("amounts")));
    ops.add("interpolate", GoldenImageLayers::interpolate);
    ops.add("pixel_shuffle", r -> r.in(0).pixelShuffle(r.integer("factor")));
    ops.add("pixel_unshuffle", r -> r.in(0).pixelUnshuffle(r.integer("factor")));
  }

  static void registerNorms(GoldenOps ops) {
    ops.add("BatchNorm3d", r -> layer(r, new BatchNorm3d(r.integer("features"))));
    ops.add("InstanceNorm1d", r -> layer(r,
        new InstanceNorm1d(r.integer("features"), 1e-5, 0.1, r.flag("affine"), r.flag("track"))));
    ops.add("InstanceNorm2d", r -> layer(r,
        new InstanceNorm2d(r.integer("features"), 1e-5, 0.1, r.flag("affine"), r.flag("track"))));
    ops.add("GroupNorm", r -> layer(r,
        new GroupNorm(r.integer("groups"), r.integer("channels"), 1e-5, r.flag("affine"))));
    ops.add("RMSNorm", r -> layer(r, new RMSNorm(Shape.of(r.longs("shape")),
        r.attrs().has("eps") ? r.number("eps") : null, r.flag("affine"))));
    ops.add("rms_norm",
        r -> Tensor.apply(new RmsNorm(r.integer("dims"), r.number("eps")), r.in(0), r.in(1))[0]);
    ops.add("WeightNorm", r -> layer(r, new WeightNorm(switch (r.text("of")) {
      case "Linear" -> new Linear(5, 3);
      case "Conv2d" -> new Conv2d(2, 3, new int[]{3}, PLAIN, false);
      default -> new ConvTranspose2d(2, 3, 2);
    })));
    ops.add("Dropout2d", r -> layer(r, new Dropout2d(r.number("p"))));
    ops.add("AlphaDropout", r -> layer(r, new AlphaDropout(r.number("p"))));
  }

  private static Tensor layer(GoldenRun run, Module layer) {
    return run.load(layer).call(run.in(0));
  }

  private static int[] outputPadding(GoldenRun run) {
    return run.attrs().has("output_padding") ? run.integers("output_padding") : new int[0];
  }

  private static PadMode mode(GoldenRun run) {
    return PadMode.valueOf(run.text("mode").toUpperCase(Locale.ROOT));
  }

  private static Tensor interpolate(GoldenRun run) {
    var how = run.attrs().has("size")
        ? Interpolation.size(run.integers("size"))
        : Interpolation.scale(run.number("scale"));
    if (run.text("mode").equals("linear")) how = how.linear();
    return run.in(0).interpolate(run.attrs().has("align") && run.flag("align") ? how.alignCorners() : how);
  }
}
