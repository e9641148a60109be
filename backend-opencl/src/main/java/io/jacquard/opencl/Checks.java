package io.jacquard.opencl;

import io.jacquard.kernels.RowsKernel;
import io.jacquard.spi.View;

/** Looks through integers for those that are out of range; see {@link Complaints} for what comes of it. */
final class Checks {
  private static final int GROUP = 256;

  private final Compiler compiler;
  private final Complaints complaints;
  private final Plans<Plan> plans = new Plans<>();

  Checks(Compiler compiler, Complaints complaints) {
    this.compiler = compiler;
    this.complaints = complaints;
  }

  private record Plan(Kernel kernel, Arguments arguments, int note, int x) {}

  /** Has numbers outside of 0 to {@code bound - 1} refused; {@code what} says which check this is. */
  void run(View numbers, long bound, Object what, Complaints.Message message) {
    if (numbers.numel() == 0) return;
    long check = complaints.number(what, message);
    plans.key().add(bound).add(check).add(numbers);
    var plan = plans.find(null, () -> plan(numbers, bound, check));
    plan.arguments.set(plan.note, complaints.note());
    plan.arguments.set(plan.x, ClBuffer.handle(numbers));
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
