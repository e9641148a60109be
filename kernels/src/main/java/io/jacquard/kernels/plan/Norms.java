package io.jacquard.kernels.plan;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.expr.Program;
import io.jacquard.expr.Scalar;
import io.jacquard.expr.Trace;
import io.jacquard.kernels.NormKernel;
import io.jacquard.kernels.NormKernel.Form;
import io.jacquard.ops.LayerNorm;
import io.jacquard.ops.LayerNormBackward;
import io.jacquard.ops.RequireRange;
import io.jacquard.spi.Layout;
import io.jacquard.spi.Reduction;
import io.jacquard.spi.View;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Softmax, log-softmax, cross-entropy and layer norm in a pass of their own; see their ops for what they are. */
final class Norms implements AutoCloseable {
  /** Lines along memory that are longer than this are shared by a work-group. */
  private static final long ALONE = 64;
  /** Lines that are worth vectors, on CPUs, and how many of them a work-group takes. */
  private static final long LEAST_VECTORS = 16;
  private static final int ROWS_TOGETHER = 4;
  private static final int SHORT_ROWS_TOGETHER = 32;
  private static final long SHORT_ROW = 256;
  private static final long MUCH = 1 << 16;

  private final KernelCompiler compiler;
  private final Tuning tuning;
  private final Reduces reduces;
  private final Checks checks;
  /** The losses of single samples. */
  private final Scratch losses;
  private final Plans<Plan> plans = new Plans<>();

  Norms(KernelCompiler compiler, Tuning tuning, Reduces reduces, Checks checks, KernelMemory memory) {
    this.compiler = compiler;
    this.tuning = tuning;
    this.reduces = reduces;
    this.checks = checks;
    losses = new Scratch(memory);
  }

  /** A launch, and where buffers go, in the order in which the kernel takes them. */
  private record Plan(Kernel kernel, Arguments arguments, int[] buffers, long groups) {
    void run(long... handles) {
      for (int k = 0; k < handles.length; k++) arguments.set(buffers[k], handles[k]);
      kernel.launch(arguments, groups, 1, 1);
    }
  }

  private boolean suits(View x) {
    return (x.dtype() == DType.FLOAT32 || x.dtype() == DType.FLOAT64) && x.numel() > 0;
  }

  /** Lines of views along an axis, and what a kernel for them is. */
  private record Shared(LineDims lines, NormKernel kernel) {
    long groups() {
      return kernel.form() == Form.GROUP ? lines.count() : Math.ceilDiv(lines.count(), kernel.group());
    }

    Arguments arguments() {
      var arguments = new Arguments();
      arguments.index(lines.count(), lines.wide());
      arguments.index(lines.length(), lines.wide());
      return arguments;
    }
  }

  private Shared lines(int axis, int whole, View... views) {
    return lines(axis, true, whole, views);
  }

  /**
   * @param vectors whether what the kernel reads beside the lines may be read as vectors
   * @param whole how many of the views have elements along the lines
   */
  private Shared lines(int axis, boolean vectors, int whole, View... views) {
    var lines = LineDims.of(axis, views);
    boolean unit = vectors && Arrays.stream(lines.along(), 0, whole).allMatch(stride -> stride == 1);
    var form = tuning.vectors() && unit && lines.length() >= LEAST_VECTORS ? Form.VECTORS
        : lines.length() > ALONE && Math.abs(lines.along()[0]) == 1 ? Form.GROUP : Form.ITEM;
    int group = form != Form.VECTORS ? tuning.foldGroup()
        : lines.length() < SHORT_ROW ? SHORT_ROWS_TOGETHER : ROWS_TOGETHER;
    return new Shared(lines,
        new NormKernel(views[0].dtype(), lines.kept().rank(), form, lines.wide(), group));
  }

  boolean softmax(boolean logarithm, int axis, View x, View y) {
    if (!suits(x)) return false;
    // On a CPU an item would go through lines across memory; folds and maps take many columns at a time.
    if (tuning.vectors() && x.numel() > MUCH && x.layout().stride(axis) != 1) return false;
    plans.key().add(logarithm ? 1 : 0).add(axis).add(x).add(y);
    var plan = plans.find(null);
    if (plan == null) {
      var shared = lines(axis, 2, x, y);
      var arguments = shared.arguments();
      shared.lines.kept().addSizes(arguments, shared.lines.wide());
      var buffers = new int[]{shared.lines.add(arguments, x, 0), shared.lines.add(arguments, y, 1)};
      plan = plans.add(null,
          new Plan(compiler.kernel(shared.kernel.softmax(logarithm), shared.kernel.group()), arguments,
              buffers, shared.groups()));
    }
    plan.run(KernelBuffer.handle(x), KernelBuffer.handle(y));
    return true;
  }

  /** @param range what is allowed of labels */
  boolean crossEntropy(RequireRange range, View x, View labels, View mean, View lse) {
    if (!suits(x)) return false;
    checks.run(range, labels);
    long samples = x.shape().size(0);
    int bytes = x.dtype().bytes();
    var buffer = losses.buffer(samples * bytes);
    var loss = new View(buffer, x.dtype(), Layout.contiguous(Shape.of(samples, 1)));
    plans.key().add(2).add(x).add(labels).add(lse);
    var plan = plans.find(null);
    if (plan == null) plan = plans.add(null, crossEntropyPlan(x, labels, lse, loss));
    plan.run(KernelBuffer.handle(x), KernelBuffer.handle(labels), KernelBuffer.handle(lse), buffer.handle());
    var sum = new View(mean.buffer(), mean.dtype(),
        new Layout(Shape.of(1, 1), new long[]{1, 1}, mean.layout().offset()));
    reduces.run(Reduction.of(Reduction.Fold.SUM), x.dtype() == DType.FLOAT32 ? SHARE : SHARE_64,
        new long[]{x.dtype().bits(1.0 / samples)}, new View[]{loss}, new int[]{0}, new View[]{sum});
    return true;
  }

  private static final Program SHARE = share(DType.FLOAT32);
  private static final Program SHARE_64 = share(DType.FLOAT64);

  private static Program share(DType type) {
    var trace = new Trace(List.of(type));
    return trace.program(trace.input(0).mul(trace.param(0, type)));
  }

  private Plan crossEntropyPlan(View x, View labels, View lse, View loss) {
    var column = new View(labels.buffer(), labels.dtype(),
        new Layout(Shape.of(labels.numel(), x.shape().size(1)),
            new long[]{labels.layout().stride(0), 0}, labels.layout().offset()));
    var shared = lines(1, 1, x, column, lse, loss);
    var dims = shared.lines.kept();
    boolean wide = shared.lines.wide();
    var arguments = shared.arguments();
    dims.addSizes(arguments, wide);
    var buffers = new int[4];
    var views = new View[]{x, column, lse, loss};
    buffers[0] = shared.lines.add(arguments, x, 0);
    for (int k = 1; k < 4; k++) buffers[k] = add(arguments, views[k], dims, k, wide);
    return new Plan(compiler.kernel(shared.kernel.crossEntropy(labels.dtype()), shared.kernel.group()),
        arguments, buffers,
        shared.groups());
  }

  private static int add(Arguments arguments, View view, Dims dims, int operand, boolean wide) {
    int place = arguments.buffer();
    arguments.add64(view.layout().offset());
    dims.addStrides(arguments, operand, wide);
    return place;
  }

  /** Over one dimension, all of one type; what is different is left to the decomposition. */
  boolean layerNorm(LayerNorm op, View[] in, View[] out) {
    var x = in[0];
    if (!suits(x) || op.dims() != 1) return false;
    for (var view : in) {
      if (view.dtype() != x.dtype()) return false;
    }
    var key = plans.key().add(3).add(Double.doubleToRawLongBits(op.eps()));
    for (var view : in) key.add(view);
    for (var view : out) key.add(view);
    var plan = plans.find(null);
    if (plan == null) plan = plans.add(null, layerNormPlan(op, in, out));
    var arguments = plan.arguments;
    int k = 0;
    arguments.set(plan.buffers[k++], KernelBuffer.handle(x));
    for (var view : out) arguments.set(plan.buffers[k++], KernelBuffer.handle(view));
    for (int p = 1; p < in.length; p++) arguments.set(plan.buffers[k++], KernelBuffer.handle(in[p]));
    plan.kernel.launch(arguments, plan.groups, 1, 1);
    return true;
  }

  private Plan layerNormPlan(LayerNorm op, View[] in, View[] out) {
    int axis = in[0].shape().rank() - 1;
    boolean unit = true;
    for (int p = 1; p < in.length; p++) unit &= in[p].layout().stride(0) == 1;
    var shared = lines(axis, unit, 2, in[0], out[0], out[1], out[2]);
    var dims = shared.lines.kept();
    boolean wide = shared.lines.wide();
    var arguments = shared.arguments();
    arguments.add64(in[0].dtype().bits(op.eps()));
    dims.addSizes(arguments, wide);
    var buffers = new int[in.length + 3];
    buffers[0] = shared.lines.add(arguments, in[0], 0);
    buffers[1] = shared.lines.add(arguments, out[0], 1);
    buffers[2] = add(arguments, out[1], dims, 2, wide);
    buffers[3] = add(arguments, out[2], dims, 3, wide);
    for (int p = 1; p < in.length; p++) {
      buffers[p + 3] = arguments.buffer();
      arguments.add64(in[p].layout().offset());
      arguments.index(in[p].layout().stride(0), wide);
    }
    return new Plan(compiler.kernel(shared.kernel.layerNorm(in.length - 1), shared.kernel.group()), arguments,
        buffers,
        shared.groups());
  }

  /** Over one dimension, all of one type. The gradients of weight and bias are one fold over all lines. */
  boolean layerNormBackward(LayerNormBackward op, View[] in, View[] out) {
    var x = in[1];
    if (!suits(x) || op.dims() != 1) return false;
    for (var view : in) {
      if (view.dtype() != x.dtype()) return false;
    }
    var key = plans.key().add(4);
    for (var view : in) key.add(view);
    key.add(out[0]);
    var plan = plans.find(null);
    if (plan == null) plan = plans.add(null, layerNormBackwardPlan(in, out[0]));
    var arguments = plan.arguments;
    arguments.set(plan.buffers[0], KernelBuffer.handle(in[0]));
    arguments.set(plan.buffers[1], KernelBuffer.handle(x));
    arguments.set(plan.buffers[2], KernelBuffer.handle(out[0]));
    for (int k = 2; k < in.length; k++) arguments.set(plan.buffers[k + 1], KernelBuffer.handle(in[k]));
    plan.kernel.launch(arguments, plan.groups, 1, 1);
    if (op.weight() || op.bias()) foldParameters(op, in, out);
    return true;
  }

  private Plan layerNormBackwardPlan(View[] in, View dx) {
    var x = in[1];
    boolean weighted = in.length > 4;
    var shared = lines(x.shape().rank() - 1, !weighted || in[4].layout().stride(0) == 1, 3, x, in[0], dx,
        in[2],
        in[3]);
    var dims = shared.lines.kept();
    boolean wide = shared.lines.wide();
    var arguments = shared.arguments();
    dims.addSizes(arguments, wide);
    var buffers = new int[in.length + 1];
    buffers[0] = shared.lines.add(arguments, in[0], 1);
    buffers[1] = shared.lines.add(arguments, x, 0);
    buffers[2] = shared.lines.add(arguments, dx, 2);
    buffers[3] = add(arguments, in[2], dims, 3, wide);
    buffers[4] = add(arguments, in[3], dims, 4, wide);
    if (weighted) {
      buffers[5] = arguments.buffer();
      arguments.add64(in[4].layout().offset());
      arguments.index(in[4].layout().stride(0), wide);
    }
    return new Plan(compiler.kernel(shared.kernel.layerNormBackward(weighted), shared.kernel.group()),
        arguments, buffers, shared.groups());
  }

  private void foldParameters(LayerNormBackward op, View[] in, View[] out) {
    var shape = in[1].shape();
    int last = shape.rank() - 1;
    if (op.weight()) {
      var sums = new View[op.bias() ? 2 : 1];
      for (int j = 0; j < sums.length; j++) sums[j] = asRow(out[1 + j], last);
      var program = op.bias() ? PARAMETERS : WEIGHT;
      reduces.run(Reduction.of(Reduction.Fold.SUM), program.on(in[1].dtype()), new long[0],
          new View[]{in[0], in[1], alongLines(in[2], shape), alongLines(in[3], shape)}, axesBefore(last),
          sums);
    } else {
      reduces.run(Reduction.of(Reduction.Fold.SUM), Packer.copying(in[1].dtype()), new long[0],
          new View[]{in[0]}, axesBefore(last), new View[]{asRow(out[1], last)});
    }
  }

  private static int[] axesBefore(int last) {
    return IntStream.range(0, last).toArray();
  }

  /** A vector as the result of a fold over {@code before} dimensions before its own. */
  private static View asRow(View vector, int before) {
    var sizes = new long[before + 1];
    var strides = new long[before + 1];
    Arrays.fill(sizes, 1);
    sizes[before] = vector.shape().size(0);
    strides[before] = vector.layout().stride(0);
    return new View(vector.buffer(), vector.dtype(),
        new Layout(Shape.of(sizes), strides, vector.layout().offset()));
  }

  /** One number for each line, repeated along it. */
  private static View alongLines(View numbers, Shape shape) {
    var strides = numbers.layout().strides().clone();
    strides[strides.length - 1] = 0;
    return new View(numbers.buffer(), numbers.dtype(),
        new Layout(shape, strides, numbers.layout().offset()));
  }

  /** A program over one type, float32 or float64. */
  private record ByType(Program single, Program twofold) {
    static ByType of(Function<Scalar[], Scalar[]> body) {
      var t = DType.FLOAT32;
      var u = DType.FLOAT64;
      return new ByType(Program.ofAll(body, t, t, t, t), Program.ofAll(body, u, u, u, u));
    }

    Program on(DType type) {
      return type == DType.FLOAT32 ? single : twofold;
    }
  }

  private static final ByType WEIGHT = ByType
      .of(in -> new Scalar[]{in[0].mul(in[1].sub(in[2]).mul(in[3]))});
  private static final ByType PARAMETERS = ByType
      .of(in -> new Scalar[]{in[0].mul(in[1].sub(in[2]).mul(in[3])), in[0]});

  @Override
  public void close() {
    losses.close();
  }
}
