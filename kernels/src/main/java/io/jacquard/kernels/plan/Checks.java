package io.jacquard.kernels.plan;

import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.kernels.RowsKernel;
import io.jacquard.ops.RequireRange;
import io.jacquard.spi.View;
import java.util.HashMap;
import java.util.Map;

/** Looks through integers for those that are out of range; see {@link Complaints} for what comes of it. */
final class Checks {
  private static final int GROUP = 256;

  private final KernelCompiler compiler;
  private final Complaints complaints;
  private final Map<RequireRange, Long> ranges = new HashMap<>();
  private final Map<Shape, Long> gathers = new HashMap<>();
  private final Map<Shape, Long> scatters = new HashMap<>();
  private final Plans<Plan> plans = new Plans<>();

  Checks(KernelCompiler compiler, Complaints complaints) {
    this.compiler = compiler;
    this.complaints = complaints;
  }

  private record Plan(Kernel kernel, Arguments arguments, int note, int x) {}

  /** Has what {@link RequireRange} does not allow refused. */
  void run(RequireRange range, View numbers) {
    var check = ranges.get(range);
    if (check == null) ranges.put(range, check = complaints.add((_, number) -> range.refusal(number)));
    run(numbers, range.bound(), check);
  }

  /** Has positions refused that are no rows of a table. */
  void run(String op, View index, Shape table) {
    var tables = op.equals("gather") ? gathers : scatters;
    var check = tables.get(table);
    if (check == null)
      tables.put(table, check = complaints.add((position, number) -> outside(op, table, position, number)));
    run(index, table.size(0), check);
  }

  private static JacquardException outside(String op, Shape table, long position, long number) {
    return new JacquardException(op + ": index " + number + " at position " + position
        + " is outside the table of shape " + table + ", expected 0 to " + (table.size(0) - 1)
        + ". Check the labels or token numbers that were given as the index.");
  }

  private void run(View numbers, long bound, long check) {
    if (numbers.numel() == 0) return;
    plans.key().add(bound).add(check).add(numbers);
    var plan = plans.find(null);
    if (plan == null) plan = plans.add(null, plan(numbers, bound, check));
    plan.arguments.set(plan.note, complaints.note());
    plan.arguments.set(plan.x, KernelBuffer.handle(numbers));
    plan.kernel.launch(plan.arguments, 1, 1, 1);
  }

  private Plan plan(View numbers, long bound, long check) {
    var dims = Dims.of(numbers.shape().sizes(), new long[][]{numbers.layout().strides()}, -1);
    boolean wide = dims.isWide();
    var arguments = new Arguments();
    arguments.index(dims.count(), wide);
    arguments.add64(bound);
    arguments.add64(check);
    int note = arguments.buffer();
    dims.addSizes(arguments, wide);
    int x = arguments.buffer();
    arguments.add64(numbers.layout().offset());
    dims.addStrides(arguments, 0, wide);
    var source = new RowsKernel(numbers.dtype(), numbers.dtype(), dims.rank(), wide, GROUP).check();
    return new Plan(compiler.kernel(source, GROUP), arguments, note, x);
  }
}
