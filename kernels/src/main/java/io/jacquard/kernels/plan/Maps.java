package io.jacquard.kernels.plan;

import io.jacquard.expr.Program;
import io.jacquard.kernels.MapKernel;
import io.jacquard.spi.Layout;
import io.jacquard.spi.View;
import java.util.List;
import java.util.stream.IntStream;

/** Runs programs over every element: {@link io.jacquard.spi.Backend#map}. */
final class Maps {
  /** For CPUs: runs worth vectors, runs of a work-group, and nodes of a program that is worth its code many times. */
  private static final long SHORTEST_RUN = 16;
  private static final int RUNS_TOGETHER = 8;
  private static final int LONGEST_PROGRAM = 48;

  private final KernelCompiler compiler;
  private final Plans<Plan> plans = new Plans<>();
  private final Tuning tuning;

  Maps(KernelCompiler compiler, Tuning tuning) {
    this.compiler = compiler;
    this.tuning = tuning;
  }

  /** A launch, and the places of what changes from call to call. */
  private record Plan(Kernel kernel, Arguments arguments, int[] buffers, int firstParam, long groups) {
    void run(long[] params, int count, View[] in, View[] out) {
      for (int i = 0; i < in.length; i++) set(buffers[i], in[i]);
      for (int j = 0; j < out.length; j++) set(buffers[in.length + j], out[j]);
      for (int p = 0; p < count; p++) arguments.set(firstParam + p, params[p]);
      kernel.launch(arguments, groups, 1, 1);
    }

    private void set(int buffer, View view) {
      arguments.set(buffer, KernelBuffer.handle(view));
      arguments.set(buffer + 1, view.layout().offset());
    }
  }

  void run(Program program, long[] params, View[] in, View[] out) {
    if (out[0].numel() == 0) return;
    var key = plans.key();
    // Where views begin is no part of it: each step takes its sample numbers from another place.
    for (var view : in) key.addPlaceless(view);
    for (var view : out) key.addPlaceless(view);
    var plan = plans.find(program);
    if (plan == null) plan = plans.add(program, plan(program, in, out));
    plan.run(params, program.params(), in, out);
  }

  private Plan plan(Program program, View[] in, View[] out) {
    var shape = out[0].shape();
    int operands = in.length + out.length;
    boolean indexed = MapKernel.usesIndex(program);
    var strides = new long[operands + (indexed ? 1 : 0)][];
    for (int k = 0; k < operands; k++) strides[k] = view(in, out, k).layout().strides();
    if (indexed) strides[operands] = Layout.contiguous(shape).strides();
    var dims = Dims.of(shape.sizes(), strides, in.length);
    boolean wide = tuning.wide() || dims.isWide();
    int group = tuning.mapGroup();
    boolean flat = true;
    for (int k = 0; k < strides.length; k++)
      flat &= dims.isContiguous(k) || k < in.length && dims.isScalar(k);
    boolean runs = !indexed && areRuns(program, dims, in.length);
    if (runs) group = RUNS_TOGETHER;
    var source = runs ? MapKernel.runs(program, along(dims, in.length), dims.rank(), wide, group) : flat
        ? MapKernel.flat(program, scalars(dims, in.length), wide, group)
        : MapKernel.strided(program, dims.rank(), wide, group);

    var arguments = new Arguments();
    arguments.index(dims.count(), wide);
    long inner = dims.sizes()[dims.rank() - 1];
    if (runs) arguments.index(inner, wide);
    flat &= !runs;
    if (!flat) dims.addSizes(arguments, wide);
    if (!flat && indexed) dims.addStrides(arguments, operands, wide);
    var buffers = new int[operands];
    for (int k = 0; k < operands; k++) {
      buffers[k] = arguments.buffer();
      arguments.add64(view(in, out, k).layout().offset());
      if (!flat) dims.addStrides(arguments, k, wide);
    }
    int firstParam = arguments.count();
    for (int p = 0; p < program.params(); p++) arguments.add64(0);
    return new Plan(compiler.kernel(source, group), arguments, buffers, firstParam,
        Math.ceilDiv(runs ? dims.count() / inner * Math.ceilDiv(inner, MapKernel.RUN) : dims.count(), group));
  }

  /** Whether, for a CPU, elements along the last dimension follow one another, and are enough to be vectors. */
  private boolean areRuns(Program program, Dims dims, int inputs) {
    int last = dims.rank() - 1;
    if (!tuning.vectors() || dims.sizes()[last] < SHORTEST_RUN || program.nodes().size() > LONGEST_PROGRAM)
      return false;
    for (int k = 0; k < dims.strides().length; k++) {
      long stride = dims.strides()[k][last];
      if (stride != 1 && (stride != 0 || k >= inputs)) return false;
    }
    return true;
  }

  private static List<Boolean> along(Dims dims, int inputs) {
    return IntStream.range(0, inputs).mapToObj(i -> dims.strides()[i][dims.rank() - 1] == 1).toList();
  }

  private static View view(View[] in, View[] out, int k) {
    return k < in.length ? in[k] : out[k - in.length];
  }

  private static boolean[] scalars(Dims dims, int inputs) {
    var scalars = new boolean[inputs];
    for (int i = 0; i < inputs; i++) scalars[i] = !dims.isContiguous(i);
    return scalars;
  }
}
