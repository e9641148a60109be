package io.jacquard.kernels.plan;

import io.jacquard.expr.Program;
import io.jacquard.kernels.MapKernel;
import io.jacquard.kernels.ReduceKernel;
import io.jacquard.kernels.ReduceKernel.Form;
import io.jacquard.spi.Layout;
import io.jacquard.spi.Reduction;
import io.jacquard.spi.View;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Folds programs over views: {@link io.jacquard.spi.Backend#reduce}. How a fold is cut depends on shapes alone. */
final class Reduces {
  /** Folds along memory that are longer than this are shared by a work-group. */
  private static final long ALONE = 32;
  /** Where there are fewer results than this, folds are cut so that there is work for all of a device. */
  private static final long ENOUGH_ITEMS = 1 << 14;
  private static final long ENOUGH_GROUPS = 1 << 8;
  /** The shortest chunks, of an item and of a work-group. */
  private static final long ITEM_CHUNK = 64;
  private static final long GROUP_CHUNK = 1 << 13;
  /** The same for CPUs, where an item is a thread's work. */
  private static final long ENOUGH_ROWS = 64;
  private static final long ROW_CHUNK = 1 << 14;
  private static final long COLUMN_CHUNK = 64;
  /** Rows of fewer elements are short; and how many rows a work-group takes, whose start costs as much as some hundred elements. */
  private static final long SHORT_ROW = 128;
  private static final int ROWS_TOGETHER = 8;
  private static final int SHORT_ROWS_TOGETHER = 64;
  private static final long LEAST_COLUMNS = 16;

  private final KernelCompiler compiler;
  private final Scratch scratch;
  private final Plans<Plan> plans = new Plans<>();
  private final Tuning tuning;

  Reduces(KernelCompiler compiler, Scratch scratch, Tuning tuning) {
    this.compiler = compiler;
    this.scratch = scratch;
    this.tuning = tuning;
  }

  /** The second launch of a fold that is cut: where partial results lie among the arguments of both. */
  private record Second(Kernel kernel, Arguments arguments, int[] outputs, int[] from, int[] to, long bytes,
      long groups) {}

  private record Plan(Kernel kernel, Arguments arguments, int[] buffers, int firstParam, long groups,
      long chunks,
      @Nullable Second second) {}

  void run(Reduction how, Program each, long[] params, View[] in, int[] axes, View[] out) {
    if (out[0].numel() == 0) return;
    var key = plans.key().add(how.fold().ordinal()).add(how.accumulate() ? 1 : 0).add(axes.length);
    for (int axis : axes) key.add(axis);
    for (var view : in) key.add(view);
    for (var view : out) key.add(view);
    var plan = plans.find(each);
    if (plan == null) plan = plans.add(each, plan(how, each, in, axes, out));
    run(plan, params, each.params(), in, out);
  }

  private void run(Plan plan, long[] params, int count, View[] in, View[] out) {
    var second = plan.second;
    var arguments = plan.arguments;
    for (int i = 0; i < in.length; i++) arguments.set(plan.buffers[i], KernelBuffer.handle(in[i]));
    for (int p = 0; p < count; p++) arguments.set(plan.firstParam + p, params[p]);
    if (second == null) {
      for (int j = 0; j < out.length; j++)
        arguments.set(plan.buffers[in.length + j], KernelBuffer.handle(out[j]));
      plan.kernel.launch(arguments, plan.groups, plan.chunks, 1);
      return;
    }
    long partial = scratch.atLeast(second.bytes);
    for (int place : second.from) arguments.set(place, partial);
    for (int place : second.to) second.arguments.set(place, partial);
    for (int j = 0; j < out.length; j++) second.arguments.set(second.outputs[j], KernelBuffer.handle(out[j]));
    plan.kernel.launch(arguments, plan.groups, plan.chunks, 1);
    second.kernel.launch(second.arguments, second.groups, 1, 1);
  }

  private Plan plan(Reduction how, Program each, View[] in, int[] axes, View[] out) {
    boolean indexed = MapKernel.usesIndex(each);
    var shape = in[0].shape();
    var reducedAxes = IntStream.of(axes).boxed().toList();
    var keptAxes = IntStream.range(0, shape.rank()).filter(d -> !reducedAxes.contains(d)).toArray();
    // the inputs, then row-major numbers, then the outputs
    int inputs = in.length + (indexed ? 1 : 0);
    var strides = new long[inputs + out.length][];
    for (int i = 0; i < in.length; i++) strides[i] = in[i].layout().strides();
    if (indexed) strides[in.length] = Layout.contiguous(shape).strides();
    for (int j = 0; j < out.length; j++) strides[inputs + j] = out[j].layout().strides();
    var kept = dims(shape.sizes(), strides, keptAxes, 0);
    var reduced = dims(shape.sizes(), Arrays.copyOf(strides, inputs), axes, how.fold().isArg() ? -1 : 0);
    boolean wide = tuning.wide() || kept.isWide() || reduced.isWide();

    long count = kept.count();
    long length = reduced.count();
    var form = form(kept, reduced, in.length, indexed);
    int group = switch (form) {
      case ROWS -> ROWS_TOGETHER;
      case SHORT_ROWS -> SHORT_ROWS_TOGETHER;
      case COLUMNS -> 1;
      default -> tuning.foldGroup();
    };
    long inner = kept.sizes()[kept.rank() - 1];
    long items = form == Form.COLUMNS ? count / inner * Math.ceilDiv(inner, (long) ReduceKernel.COLUMNS)
        : count;
    long pieces = pieces(form, items, length);
    long chunk = Math.max(1, Math.ceilDiv(length, pieces));
    long chunks = Math.max(1, Math.ceilDiv(length, chunk));
    boolean cut = chunks > 1;

    var source = new ReduceKernel(how, each, Arrays.stream(out).map(View::dtype).toList(), kept.rank(),
        reduced.rank(), form, along(form, kept, reduced, in.length), cut, wide, group);
    var arguments = new Arguments();
    arguments.index(count, wide);
    arguments.index(length, wide);
    arguments.index(chunk, wide);
    if (form == Form.COLUMNS) arguments.index(inner, wide);
    kept.addSizes(arguments, wide);
    reduced.addSizes(arguments, wide);
    if (indexed) addStrides(arguments, in.length, kept, reduced, wide);
    var buffers = new int[in.length + out.length];
    for (int i = 0; i < in.length; i++) {
      buffers[i] = arguments.buffer();
      arguments.add64(in[i].layout().offset());
      addStrides(arguments, i, kept, reduced, wide);
    }
    Second second = null;
    if (cut) {
      second = second(source, kept, inputs, chunks, out, arguments);
    } else {
      for (int j = 0; j < out.length; j++)
        buffers[in.length + j] = addOutput(arguments, out[j], kept, inputs + j, wide);
    }
    int firstParam = arguments.count();
    for (int p = 0; p < each.params(); p++) arguments.add64(0);
    return new Plan(compiler.kernel(source.source(), group), arguments, buffers, firstParam,
        form == Form.GROUPS ? count : Math.ceilDiv(items, group), chunks, second);
  }

  private static Dims dims(long[] sizes, long[][] strides, int[] axes, int leading) {
    return Dims.of(pick(sizes, axes), Arrays.stream(strides).map(s -> pick(s, axes)).toArray(long[][]::new),
        leading);
  }

  private static long[] pick(long[] numbers, int[] places) {
    return IntStream.of(places).mapToLong(p -> numbers[p]).toArray();
  }

  /** Whether neighbours in memory are folded together. */
  private static boolean alongMemory(Dims kept, Dims reduced) {
    long across = Math.abs(kept.strides()[0][kept.rank() - 1]);
    long along = Math.abs(reduced.strides()[0][reduced.rank() - 1]);
    return across == 0 || along <= across || kept.count() == 1;
  }

  /**
   * On CPUs lines and columns become vectors where memory allows it; elsewhere a work-group shares long folds along memory, and
   * neighbouring items read neighbouring elements of the others.
   */
  private Form form(Dims kept, Dims reduced, int inputs, boolean indexed) {
    if (tuning.vectors() && !indexed) {
      if (reduced.rank() == 1 && reduced.count() >= ReduceKernel.LEAST_ROW
          && alongMemory(kept, reduced) && areUnit(reduced, inputs))
        return reduced.count() < SHORT_ROW ? Form.SHORT_ROWS : Form.ROWS;
      if (kept.sizes()[kept.rank() - 1] >= LEAST_COLUMNS && areUnit(kept, inputs)) return Form.COLUMNS;
    }
    return reduced.count() > ALONE && alongMemory(kept, reduced) ? Form.GROUPS : Form.ITEMS;
  }

  /** Whether in the last dimension elements follow one another, or are one and the same, and the former in some input. */
  private static boolean areUnit(Dims dims, int inputs) {
    boolean some = false;
    for (int i = 0; i < inputs; i++) {
      long stride = dims.strides()[i][dims.rank() - 1];
      if (stride != 0 && stride != 1) return false;
      some |= stride == 1;
    }
    return some;
  }

  private static List<Boolean> along(Form form, Dims kept, Dims reduced, int inputs) {
    var dims = form.isRows() ? reduced : kept;
    return IntStream.range(0, inputs).mapToObj(i -> dims.strides()[i][dims.rank() - 1] == 1).toList();
  }

  private static long pieces(Form form, long items, long length) {
    return switch (form) {
      case GROUPS -> pieces(ENOUGH_GROUPS, items, length, GROUP_CHUNK);
      case ITEMS -> pieces(ENOUGH_ITEMS, items, length, ITEM_CHUNK);
      case ROWS, SHORT_ROWS -> pieces(ENOUGH_ROWS, items, length, ROW_CHUNK);
      case COLUMNS -> pieces(ENOUGH_ROWS, items, length, COLUMN_CHUNK);
    };
  }

  private static long pieces(long enough, long items, long length, long shortest) {
    return Math.max(1, Math.min(Math.ceilDiv(enough, items), length / shortest));
  }

  private static void addStrides(Arguments arguments, int operand, Dims kept, Dims reduced, boolean wide) {
    kept.addStrides(arguments, operand, wide);
    reduced.addStrides(arguments, operand, wide);
  }

  private static int addOutput(Arguments arguments, View out, Dims kept, int operand, boolean wide) {
    int place = arguments.buffer();
    arguments.add64(out.layout().offset());
    kept.addStrides(arguments, operand, wide);
    return place;
  }

  /** Plans the launch that folds partial results, and adds these to the arguments of the first. */
  private Second second(ReduceKernel source, Dims kept, int firstOutput, long chunks, View[] out,
      Arguments first) {
    int group = source.combined() == 1 ? tuning.foldGroup() : 1;
    boolean arg = source.how().fold().isArg();
    boolean wide = source.wide();
    var arguments = new Arguments();
    arguments.index(kept.count(), wide);
    arguments.index(chunks, wide);
    kept.addSizes(arguments, wide);
    var from = new int[out.length * (arg ? 2 : 1)];
    var to = new int[from.length];
    long bytes = 0;
    for (int k = 0; k < from.length; k++) {
      boolean places = arg && k % 2 == 1;
      int j = arg ? k / 2 : k;
      int size = places ? 8
          : ReduceKernel.partialType(source.how().fold(), source.program().outputType(j)).bytes();
      bytes = bytes + 7 & -8;
      from[k] = first.buffer();
      first.add64(bytes / size);
      to[k] = arguments.buffer();
      arguments.add64(bytes / size);
      bytes += kept.count() * chunks * size;
    }
    var outputs = new int[out.length];
    for (int j = 0; j < out.length; j++)
      outputs[j] = addOutput(arguments, out[j], kept, firstOutput + j, wide);
    return new Second(compiler.kernel(source.inGroupsOf(group).combine(), group), arguments, outputs, from,
        to, bytes,
        Math.ceilDiv(kept.count(), (long) group * source.combined()));
  }
}
