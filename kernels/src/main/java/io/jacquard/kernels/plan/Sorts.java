package io.jacquard.kernels.plan;

import io.jacquard.JacquardException;
import io.jacquard.kernels.LinesKernel;
import io.jacquard.spi.View;
import java.util.ArrayList;
import java.util.List;

/**
 * Sorts positions along one axis: {@link io.jacquard.spi.Backend#argsort}. Blocks are sorted first, then merged two by two,
 * from one scratch memory to another and back.
 */
final class Sorts implements AutoCloseable {
  private static final int GROUP = 64;

  private final KernelCompiler compiler;
  private final Scratch even;
  private final Scratch odd;
  private final Plans<Plan> plans = new Plans<>();

  Sorts(KernelCompiler compiler, KernelMemory memory) {
    this.compiler = compiler;
    even = new Scratch(memory);
    odd = new Scratch(memory);
  }

  /**
   * One launch.
   *
   * @param operand where the buffer goes that is sorted or, of the last one, written
   * @param from where the positions go that it reads; -1 of the first
   * @param to where the positions go that it writes; -1 of the last
   */
  private record Pass(Kernel kernel, Arguments arguments, int operand, int from, int to, long groups) {}

  /**
   * @param sorting the block sort and the merges
   * @param storing the writing of the result
   */
  private record Plan(List<Pass> sorting, List<Pass> storing, long bytes) {}

  void argsort(boolean descending, int axis, View in, View out) {
    if (in.numel() == 0) return;
    plans.key().add(descending ? 1 : 0).add(axis).add(in).add(out);
    var plan = plans.find(null);
    if (plan == null) {
      var passes = sorting(descending, axis, in);
      plan = plans.add(null, new Plan(passes, List.of(storing(axis, in, out)), 4 * in.numel()));
    }
    long order = sort(plan, in);
    var last = plan.storing.getFirst();
    last.arguments.set(last.operand, KernelBuffer.handle(out));
    last.arguments.set(last.from, order);
    last.kernel.launch(last.arguments, last.groups, 1, 1);
  }

  /** The handle of a 1-D index's positions, int32, sorted stably by what the index says; good until the next sort. */
  long sortedPositions(View index) {
    plans.key().add(2).add(index);
    var plan = plans.find(null);
    if (plan == null)
      plan = plans.add(null, new Plan(sorting(false, 0, index), List.of(), 4 * index.numel()));
    return sort(plan, index);
  }

  private long sort(Plan plan, View in) {
    long from = odd.atLeast(plan.bytes);
    long to = even.atLeast(plan.bytes);
    for (int k = 0; k < plan.sorting.size(); k++) {
      var pass = plan.sorting.get(k);
      pass.arguments.set(pass.operand, KernelBuffer.handle(in));
      if (pass.from >= 0) pass.arguments.set(pass.from, from);
      pass.arguments.set(pass.to, to);
      pass.kernel.launch(pass.arguments, pass.groups, 1, 1);
      long swap = from;
      from = to;
      to = swap;
    }
    return from;
  }

  private List<Pass> sorting(boolean descending, int axis, View in) {
    var lines = LineDims.of(axis, in);
    if (lines.length() > Integer.MAX_VALUE)
      throw new JacquardException(
          "argsort: a line has " + lines.length() + " elements, expected at most 2^31 - 1.");
    var source = new LinesKernel(in.dtype(), lines.kept().rank(), lines.wide(), GROUP);
    var passes = new ArrayList<Pass>();
    long blocks = Math.ceilDiv(lines.length(), LinesKernel.BLOCK);
    passes.add(pass(compiler.kernel(source.sortBlocks(descending), GROUP), lines, in, blocks, false,
        lines.count() * blocks));
    for (long run = LinesKernel.BLOCK; run < lines.length(); run *= 2)
      passes
          .add(pass(compiler.kernel(source.sortMerge(descending), GROUP), lines, in, run, true, in.numel()));
    return passes;
  }

  private static Pass pass(Kernel kernel, LineDims lines, View in, long number, boolean merge, long items) {
    var arguments = new Arguments();
    arguments.add64(lines.count());
    arguments.add64(lines.length());
    arguments.add64(number);
    int from = -1;
    if (merge) {
      from = arguments.buffer();
      arguments.add64(0);
    }
    int to = arguments.buffer();
    arguments.add64(0);
    lines.kept().addSizes(arguments, lines.wide());
    int operand = lines.add(arguments, in, 0);
    return new Pass(kernel, arguments, operand, from, to, Math.ceilDiv(items, GROUP));
  }

  private Pass storing(int axis, View in, View out) {
    var lines = LineDims.of(axis, in, out); // in the order in which the passes before number them
    var arguments = new Arguments();
    arguments.add64(lines.count());
    arguments.add64(lines.length());
    int from = arguments.buffer();
    arguments.add64(0);
    lines.kept().addSizes(arguments, lines.wide());
    int operand = lines.add(arguments, out, 1);
    var source = new LinesKernel(in.dtype(), lines.kept().rank(), lines.wide(), GROUP).sortStore();
    return new Pass(compiler.kernel(source, GROUP), arguments, operand, from, -1,
        Math.ceilDiv(in.numel(), GROUP));
  }

  @Override
  public void close() {
    even.close();
    odd.close();
  }
}
