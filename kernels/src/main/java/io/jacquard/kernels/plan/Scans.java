package io.jacquard.kernels.plan;

import io.jacquard.kernels.LinesKernel;
import io.jacquard.spi.Scan;
import io.jacquard.spi.View;

/** Running folds along one axis: {@link io.jacquard.spi.Backend#scan}. */
final class Scans {
  private static final int GROUP = 64;
  /** Lines longer than this are shared by a work-group, where there are few. */
  private static final long SHORT = 64;
  private static final long MANY = 4096;

  private final KernelCompiler compiler;
  private final Plans<Plan> plans = new Plans<>();

  Scans(KernelCompiler compiler) {
    this.compiler = compiler;
  }

  private record Plan(Kernel kernel, Arguments arguments, int in, int out, long groups) {}

  void run(Scan how, int axis, View in, View out) {
    if (in.numel() == 0) return;
    plans.key().add(how.ordinal()).add(axis).add(in).add(out);
    var plan = plans.find(null);
    if (plan == null) plan = plans.add(null, plan(how, axis, in, out));
    plan.arguments.set(plan.in, KernelBuffer.handle(in));
    plan.arguments.set(plan.out, KernelBuffer.handle(out));
    plan.kernel.launch(plan.arguments, plan.groups, 1, 1);
  }

  private Plan plan(Scan how, int axis, View in, View out) {
    var lines = LineDims.of(axis, in, out);
    boolean grouped = lines.length() > SHORT && lines.count() < MANY;
    var arguments = new Arguments();
    arguments.index(lines.count(), lines.wide());
    arguments.index(lines.length(), lines.wide());
    lines.kept().addSizes(arguments, lines.wide());
    int first = lines.add(arguments, in, 0);
    int second = lines.add(arguments, out, 1);
    var source = new LinesKernel(in.dtype(), lines.kept().rank(), lines.wide(), GROUP).scan(how, grouped);
    return new Plan(compiler.kernel(source, GROUP), arguments, first, second,
        grouped ? lines.count() : Math.ceilDiv(lines.count(), GROUP));
  }
}
