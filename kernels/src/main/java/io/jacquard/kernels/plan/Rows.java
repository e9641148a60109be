package io.jacquard.kernels.plan;

import io.jacquard.kernels.RowsKernel;
import io.jacquard.spi.View;
import java.util.Arrays;

/** Takes rows out of a table and adds rows to it: {@code gather} and {@code scatterAdd} of the SPI. */
final class Rows {
  private static final int GROUP = 256;
  /** So many rows are added one after the other; of more, the positions are sorted by their place in the table first. */
  private static final long FEW = 64;

  private final KernelCompiler compiler;
  private final Checks checks;
  private final Sorts sorts;
  private final Plans<Plan> plans = new Plans<>();

  Rows(KernelCompiler compiler, Checks checks, Sorts sorts) {
    this.compiler = compiler;
    this.checks = checks;
    this.sorts = sorts;
  }

  /** @param buffers where the three views' buffers go, and that of the sorted positions, if there are any */
  private record Plan(Kernel kernel, Arguments arguments, int[] buffers, long groups) {}

  void gather(View table, View index, View out) {
    checks.run("gather", index, table.shape());
    if (out.numel() == 0 || table.numel() == 0) return;
    plans.key().add(0).add(table).add(index).add(out);
    var plan = plans.find(null);
    if (plan == null) plan = plans.add(null, gatherPlan(table, index, out));
    run(plan, index, table, out);
  }

  private void run(Plan plan, View index, View second, View third) {
    plan.arguments.set(plan.buffers[0], KernelBuffer.handle(index));
    plan.arguments.set(plan.buffers[1], KernelBuffer.handle(second));
    plan.arguments.set(plan.buffers[2], KernelBuffer.handle(third));
    plan.kernel.launch(plan.arguments, plan.groups, 1, 1);
  }

  private Plan gatherPlan(View table, View index, View out) {
    int rank = out.shape().rank();
    var alongIndex = new long[rank];
    alongIndex[0] = index.layout().stride(0);
    var inRow = table.layout().strides().clone();
    inRow[0] = 0;
    var dims = Dims.of(out.shape().sizes(), new long[][]{alongIndex, inRow, out.layout().strides()}, 2);
    boolean wide = dims.isWide();
    var arguments = new Arguments();
    arguments.index(dims.count(), wide);
    arguments.add64(table.shape().size(0));
    arguments.add64(table.layout().stride(0));
    dims.addSizes(arguments, wide);
    var buffers = new int[3];
    var views = new View[]{index, table, out};
    for (int k = 0; k < 3; k++) buffers[k] = add(arguments, views[k], dims, k, wide);
    var source = new RowsKernel(table.dtype(), index.dtype(), dims.rank(), wide, GROUP).gather();
    return new Plan(compiler.kernel(source, GROUP), arguments, buffers, Math.ceilDiv(dims.count(), GROUP));
  }

  private static int add(Arguments arguments, View view, Dims dims, int operand, boolean wide) {
    int place = arguments.buffer();
    arguments.add64(view.layout().offset());
    dims.addStrides(arguments, operand, wide);
    return place;
  }

  void scatterAdd(View index, View rows, View table) {
    checks.run("scatterAdd", index, table.shape());
    if (rows.numel() == 0 || table.numel() == 0) return;
    plans.key().add(1).add(table).add(index).add(rows);
    var plan = plans.find(null);
    if (plan == null) plan = plans.add(null, scatterPlan(index, rows, table));
    if (plan.buffers.length > 3) plan.arguments.set(plan.buffers[3], sorts.sortedPositions(index));
    run(plan, index, rows, table);
  }

  private Plan scatterPlan(View index, View rows, View table) {
    boolean sorted = index.numel() > FEW;
    int rank = rows.shape().rank();
    var dims = Dims.of(tail(rows.shape().sizes(), rank),
        new long[][]{tail(rows.layout().strides(), rank), tail(table.layout().strides(), rank)}, 0);
    boolean wide = dims.isWide();
    var buffers = new int[sorted ? 4 : 3];
    var arguments = new Arguments();
    arguments.index(dims.count(), wide);
    arguments.add64(index.numel());
    arguments.add64(table.shape().size(0));
    buffers[0] = arguments.buffer();
    arguments.add64(index.layout().offset());
    arguments.add64(index.layout().stride(0));
    if (sorted) buffers[3] = arguments.buffer();
    arguments.add64(rows.layout().stride(0));
    arguments.add64(table.layout().stride(0));
    dims.addSizes(arguments, wide);
    buffers[1] = add(arguments, rows, dims, 0, wide);
    buffers[2] = add(arguments, table, dims, 1, wide);
    var kernel = new RowsKernel(table.dtype(), index.dtype(), dims.rank(), wide, GROUP);
    long items = sorted ? rows.numel() : dims.count();
    return new Plan(compiler.kernel(sorted ? kernel.scatterSorted() : kernel.scatterColumns(), GROUP),
        arguments,
        buffers, Math.ceilDiv(items, GROUP));
  }

  private static long[] tail(long[] numbers, int rank) {
    return Arrays.copyOfRange(numbers, 1, rank);
  }
}
