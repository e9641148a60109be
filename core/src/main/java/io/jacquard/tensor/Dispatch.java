package io.jacquard.tensor;

import io.jacquard.JacquardException;
import io.jacquard.ops.Copy;
import io.jacquard.ops.Scalars;
import io.jacquard.spi.Block;
import io.jacquard.spi.Device;
import io.jacquard.spi.Spec;
import io.jacquard.spi.View;
import org.jspecify.annotations.Nullable;

/** Runs ops: checks, allocates, calls the backend or the decomposition, and records for the gradient. */
final class Dispatch {

  private Dispatch() {}

  /** All outputs that users may see. */
  static Tensor[] apply(Op op, Tensor[] in) {
    var local = Local.get();
    if (local.autocast != null) return Autocast.apply(op, in, local.autocast);
    boolean recording = local.recording;
    if (recording && local.probe != null) {
      local.probe.sees(in);
      recording = false;
    }
    long before = local.work == null ? 0 : local.work.multiplyAdds();
    var out = local.where == null ? run(op, in, recording) : tracked(local.where, op, in, recording);
    if (local.anomaly != null) local.anomaly.check(op, in, out);
    if (local.work != null) local.work.count(op, before, in, out);
    return out;
  }

  private static Tensor[] tracked(Where where, Op op, Tensor[] in, boolean recording) {
    var outer = where.at(op);
    try {
      return run(op, in, recording);
    } finally {
      where.at(outer);
    }
  }

  private static Tensor[] run(Op op, Tensor[] in, boolean recording) {
    var device = commonDevice(op, in);
    long wanted = recording ? wanted(in) : 0;
    return switch (op) {
      case ViewOp view -> new Tensor[]{view(view, device, in[0], wanted)};
      case KernelOp _ when widens(op, device, in) -> widened(op, in);
      case KernelOp kernel -> {
        var specs = op.infer(specs(in));
        var blocks = allocate(device, specs);
        try {
          var inputs = views(in);
          var outputs = outputs(kernel, specs, blocks, inputs);
          kernel.forward(device.backend(), inputs, outputs);
          yield handles(op, device, in, inputs, outputs, blocks, wanted);
        } finally {
          release(blocks);
        }
      }
      case CompositeOp composite -> composite(composite, device, in, wanted);
    };
  }

  private static Tensor view(ViewOp op, Device device, Tensor in, long wanted) {
    var spec = op.infer(new Spec[]{in.spec()})[0];
    var view = new View(in.view().buffer(), spec.dtype(), op.layout(in.view().layout()));
    if (wanted == 0) return Tensor.handle(device, in.block(), view, null, 0, in.shown());
    var block = new Block[]{in.block()};
    var inputs = new View[]{in.view()};
    return handles(op, device, new Tensor[]{in}, inputs, new View[]{view}, block, wanted)[0]
        .showing(in.shown());
  }

  private static Tensor[] composite(CompositeOp op, Device device, Tensor[] in, long wanted) {
    boolean widens = widens(op, device, in);
    if (widens && (wanted != 0 && !op.hasRule() || !takesHalves(device, in))) return widened(op, in);
    if (wanted != 0 && !op.hasRule()) return visible(op, op.decompose(in));
    var work = Local.get().work;
    if (work != null && wanted == 0 && work.takesApart(op, in)) return visible(op, op.decompose(in));
    var specs = op.infer(specs(in));
    var inputs = views(in);
    var blocks = allocate(device, specs);
    try {
      var outputs = outputs(op, specs, blocks, inputs);
      if (device.backend().run(op, inputs, outputs)) {
        return handles(op, device, in, inputs, outputs, blocks, wanted);
      }
    } finally {
      release(blocks);
    }
    if (widens) return widened(op, in);
    if (wanted == 0) return visible(op, op.decompose(in));
    try (var _ = Scope.open()) {
      Tensor[] parts;
      try (var _ = GradMode.noGrad()) {
        parts = op.decompose(in);
      }
      var partBlocks = new Block[parts.length];
      for (int j = 0; j < parts.length; j++) partBlocks[j] = parts[j].block();
      var results = handles(op, device, in, inputs, views(parts), partBlocks, wanted);
      for (var result : results) result.keep();
      return results;
    }
  }

  /** Whether some input is of a half type in which this op is not to be computed. */
  static boolean widens(Op op, Device device, Tensor[] in) {
    for (var tensor : in) {
      if (tensor.dtype().isHalf() && op.widens(device.info(), tensor.dtype())) return true;
    }
    return false;
  }

  /** Whether the device has anything that computes on all of the half types among the inputs. */
  private static boolean takesHalves(Device device, Tensor[] in) {
    for (var tensor : in) {
      if (tensor.dtype().isHalf() && !device.info().halves().contains(tensor.dtype())) return false;
    }
    return true;
  }

  /** Runs an op on float32 in place of halves, and converts its results to the types that it infers. */
  private static Tensor[] widened(Op op, Tensor[] in) {
    var specs = op.infer(specs(in));
    try (var _ = Scope.open()) {
      var wide = new Tensor[in.length];
      for (int i = 0; i < wide.length; i++) wide[i] = in[i].to(in[i].dtype().computeType());
      var results = apply(op, wide);
      for (int j = 0; j < results.length; j++) results[j] = results[j].to(specs[j].dtype()).keep();
      return results;
    }
  }

  private static Tensor[] visible(CompositeOp op, Tensor[] all) {
    if (op.saved() == 0) return all;
    var seen = new Tensor[all.length - op.saved()];
    System.arraycopy(all, 0, seen, 0, seen.length);
    return seen;
  }

  /** Runs an op of one output straight into given memory; nothing is recorded. */
  static void into(KernelOp op, Tensor[] in, View out) {
    var where = Local.get().where;
    var outer = where == null ? null : where.at(op);
    try {
      op.forward(commonDevice(op, in).backend(), views(in), new View[]{out});
    } finally {
      if (where != null) where.at(outer);
    }
  }

  static void copy(Tensor from, View to) {
    Copy.run(from.device().backend(), from.view(), to);
  }

  static void addInto(Tensor share, View sum) {
    var add = Scalars.ADD.on(sum.dtype(), sum.dtype());
    add.forward(share.device().backend(), new View[]{sum, share.view()}, new View[]{sum});
  }

  static Spec[] specs(Tensor[] in) {
    var specs = new Spec[in.length];
    for (int i = 0; i < specs.length; i++) specs[i] = in[i].spec();
    return specs;
  }

  static View[] views(Tensor[] in) {
    var views = new View[in.length];
    for (int i = 0; i < views.length; i++) views[i] = in[i].view();
    return views;
  }

  static Block[] allocate(Device device, Spec[] specs) {
    var blocks = new Block[specs.length];
    try {
      for (int j = 0; j < blocks.length; j++) blocks[j] = device.memory().acquire(bytes(specs[j]));
      return blocks;
    } catch (Throwable e) {
      release(blocks);
      throw e;
    }
  }

  private static long bytes(Spec spec) {
    long elements = spec.shape().numel();
    // Half of all addresses is more than any device has; rounding up to a block's size then cannot overflow.
    if (elements > Long.MAX_VALUE / 2 / spec.dtype().bytes()) {
      throw new JacquardException(
          "A tensor " + spec + " needs more bytes than can be addressed. Check the sizes.");
    }
    return elements * spec.dtype().bytes();
  }

  private static void release(@Nullable Block[] blocks) {
    for (var block : blocks) {
      if (block != null) block.release();
    }
  }

  private static View[] outputs(KernelOp op, Spec[] specs, Block[] blocks, View[] in) {
    var views = new View[specs.length];
    for (int j = 0; j < views.length; j++) {
      views[j] = new View(blocks[j].buffer(), specs[j].dtype(), op.layout(j, specs[j], in));
    }
    return views;
  }

  private static View[] outputs(CompositeOp op, Spec[] specs, Block[] blocks, View[] in) {
    var views = new View[specs.length];
    for (int j = 0; j < views.length; j++) {
      views[j] = new View(blocks[j].buffer(), specs[j].dtype(), op.layout(j, specs[j], in));
    }
    return views;
  }

  /** Handles of the visible outputs, recorded if some gradient is wanted and can exist. */
  private static Tensor[] handles(Op op, Device device, Tensor[] in, View[] inputs, View[] outputs,
      Block[] blocks,
      long wanted) {
    var results = new Tensor[outputs.length - op.saved()];
    Node node = null;
    for (int j = 0; wanted != 0 && j < results.length && node == null; j++) {
      if (outputs[j].dtype().isFloating()) node = new Node(op, device, in, inputs, outputs, blocks, wanted);
    }
    for (int j = 0; j < results.length; j++) {
      var source = outputs[j].dtype().isFloating() ? node : null;
      results[j] = Tensor.handle(device, blocks[j], outputs[j], source, j);
    }
    return results;
  }

  static long wanted(Tensor[] in) {
    long wanted = 0;
    for (int i = 0; i < in.length; i++) {
      if (in[i].source() != null) wanted |= 1L << i;
    }
    return wanted;
  }

  private static Device commonDevice(Op op, Tensor[] in) {
    var device = in[0].device();
    for (var tensor : in) {
      tensor.checkOpen(op.name());
      if (tensor.device() != device) {
        throw new JacquardException(
            op.name() + ": one input is on " + device + ", another on " + tensor.device()
                + ". Move one of them with to(device).");
      }
    }
    return device;
  }
}
