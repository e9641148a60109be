package io.jacquard.kernels.plan;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.ops.Convolution;
import io.jacquard.ops.ConvolutionInputGradient;
import io.jacquard.ops.ConvolutionWeightGradient;
import io.jacquard.ops.Window;
import io.jacquard.spi.Layout;
import io.jacquard.spi.Reduction;
import io.jacquard.spi.View;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions and their gradients without matrices of windows: their kernels find what a window sees where it lies. GPUs go
 * through shared memory; CPUs keep tiles of vectors in registers, for which weights are packed first. {@link
 * ConvolutionPlanner} says how a call becomes launches.
 */
final class Convolutions implements AutoCloseable {
  private final ConvolutionPlanner planner;
  private final Tuning tuning;
  private final Reduces reduces;
  private final Packer packer;
  private final Scratch partials;
  private final Plans<Plan> plans = new Plans<>();
  private boolean tf32;

  Convolutions(KernelCompiler compiler, Tuning tuning, Maps maps, Reduces reduces, KernelMemory memory) {
    planner = new ConvolutionPlanner(compiler, tuning);
    this.tuning = tuning;
    this.reduces = reduces;
    packer = new Packer(maps, memory);
    partials = new Scratch(memory);
  }

  /** Whether convolutions of float32 may round their inputs to TF32, where the device has instructions for that. */
  void tf32(boolean rounds) {
    tf32 = rounds;
    planner.tf32(rounds);
  }

  /** @param places of the buffers of x, b, out and a bias among the arguments */
  record Launch(Kernel kernel, Arguments arguments, int[] places, long columns, long rows, long groups) {}

  /**
   * @param packing how the second operand is seen where it is copied, and to how many columns; null to take it as it lies
   * @param chunks of the depth, whose results are added up in their order
   */
  record Plan(List<Launch> launches, @Nullable Layout packing, long columns, long chunks) {}

  /** Halves are read and written by the kernels for GPUs; those for CPUs would convert each number many times. */
  private boolean suits(View[] in, View out) {
    if (!out.dtype().isFloating() || !out.layout().isContiguous() || out.dtype().isHalf() && tuning.vectors())
      return false;
    for (var view : in) {
      if (view.numel() == 0 || view.dtype() != out.dtype()) return false;
    }
    return true;
  }

  boolean convolve(Convolution op, View[] in, View out) {
    if (!suits(in, out)) return false;
    if (out.numel() == 0) return true;
    var plan = find(0, op.window(), op.groups(), in, out);
    if (plan == null) {
      var axes = new ArrayList<ConvolutionAxis>();
      for (int a = 0; a < op.window().rank(); a++)
        axes.add(ConvolutionAxis.forward(op.window().axes().get(a), in[0].shape().size(1 + a)));
      plan = plans.add(null, planner.gathered(List.of(axes), op.groups(), in, out, false));
    }
    run(plan, in, out);
    return true;
  }

  boolean inputGradient(ConvolutionInputGradient op, View[] in, View out) {
    if (!suits(in, out)) return false;
    if (out.numel() == 0) return true;
    var plan = find(1, op.window(), op.groups(), in, out);
    if (plan == null) {
      List<List<ConvolutionAxis>> phases = List.of(List.of());
      for (int a = 0; a < op.window().rank(); a++)
        phases = each(phases,
            ConvolutionAxis.backward(op.window().axes().get(a), out.shape().size(1 + a)));
      plan = plans.add(null, planner.gathered(phases, op.groups(), in, out, true));
    }
    run(plan, in, out);
    return true;
  }

  /** Every list continued by every axis. */
  private static List<List<ConvolutionAxis>> each(List<List<ConvolutionAxis>> lists,
      List<ConvolutionAxis> more) {
    var all = new ArrayList<List<ConvolutionAxis>>();
    for (var list : lists) {
      for (var axis : more) {
        var longer = new ArrayList<>(list);
        longer.add(axis);
        all.add(longer);
      }
    }
    return all;
  }

  boolean weightGradient(ConvolutionWeightGradient op, View[] in, View out) {
    if (!suits(in, out)) return false;
    if (out.numel() == 0) return true;
    var plan = find(2, op.window(), op.groups(), in, out);
    if (plan == null) {
      var axes = new ArrayList<ConvolutionAxis>();
      for (int a = 0; a < op.window().rank(); a++)
        axes.add(ConvolutionAxis.forward(op.window().axes().get(a), in[0].shape().size(1 + a)));
      plan = plans.add(null, planner.weight(axes, op.groups(), in, out));
    }
    run(plan, in, out);
    return true;
  }

  private @Nullable Plan find(int which, Window window, int groups, View[] in, View out) {
    var key = plans.key().add(tf32 ? which : 8 + which).add(groups);
    for (var axis : window.axes())
      key.add(axis.kernel()).add(axis.stride()).add(axis.before()).add(axis.after()).add(axis.dilation());
    for (var view : in) key.add(view);
    key.add(out);
    return plans.find(null);
  }

  private void run(Plan plan, View[] in, View out) {
    boolean cut = plan.chunks > 1;
    var type = cut ? out.dtype().computeType() : out.dtype();
    var b = in[1];
    if (plan.packing != null) b = packer.copy(new View(b.buffer(), b.dtype(), plan.packing), plan.columns);
    long to = cut ? partials.atLeast(plan.chunks * out.numel() * type.bytes()) : KernelBuffer.handle(out);
    for (var launch : plan.launches) {
      var arguments = launch.arguments;
      arguments.set(launch.places[0], KernelBuffer.handle(in[0]));
      arguments.set(launch.places[1], KernelBuffer.handle(b));
      arguments.set(launch.places[2], to);
      if (in.length > 2) arguments.set(launch.places[3], KernelBuffer.handle(in[2]));
      launch.kernel.launch(arguments, launch.columns, launch.rows, launch.groups);
    }
    if (!cut) return;
    var pieces = new View(partials.buffer(0), type, Layout.contiguous(Shape.of(plan.chunks, out.numel())));
    var sum = new View(out.buffer(), out.dtype(),
        new Layout(Shape.of(1, out.numel()), new long[]{1, 1}, out.layout().offset()));
    reduces.run(Reduction.of(Reduction.Fold.SUM), Packer.copying(type), new long[0], new View[]{pieces},
        new int[]{0}, new View[]{sum});
  }

  @Override
  public void close() {
    packer.close();
    partials.close();
  }
}
