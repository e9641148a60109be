package io.jacquard.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacquard.nn.Module;
import io.jacquard.nn.Parameter;
import io.jacquard.optim.Optimizer;
import io.jacquard.optim.Rule;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;
import java.util.function.ObjIntConsumer;

/** What happens over several steps: parameters under an optimizer, learning rates under a schedule. */
final class GoldenTrace {
  private GoldenTrace() {}

  /** Parameters without a layer. */
  private static final class Bare extends Module {
    Bare(GoldenCase golden) {
      golden.tensors("start").forEach((name, entry) -> parameter(name, GoldenRun.tensor(entry)));
    }

    @Override
    protected Tensor forward(Tensor x) {
      throw new UnsupportedOperationException();
    }
  }

  /** What is done with parameters: who steps them, and what comes before each step, given its number. */
  record Training(Function<List<Parameter>, Optimizer> optimizer, ObjIntConsumer<Optimizer> before) {
    Training(Function<List<Parameter>, Optimizer> optimizer) {
      this(optimizer, (_, _) -> {});
    }

    Training beforeStep(ObjIntConsumer<Optimizer> action) {
      return new Training(optimizer, action);
    }
  }

  /** Each step's parameters, given each step's gradients. */
  static void optimizer(GoldenCase golden, Rule rule, GoldenTolerance tolerance) {
    training(golden, new Training(rule::over), tolerance);
  }

  /** As above, for an optimizer with something round it. */
  static void training(GoldenCase golden, Training training, GoldenTolerance tolerance) {
    var module = new Bare(golden);
    var parameters = module.namedParameters();
    var optimizer = training.optimizer.apply(module.parameters());
    var gradients = golden.tensors("gradients");
    long steps = gradients.firstEntry().getValue().shape().size(0);
    for (int s = 0; s < steps; s++) {
      int step = s;
      try (var _ = Scope.open()) {
        optimizer.zeroGrad();
        // The gradient of the sum of p * g is g.
        gradients.forEach((name, entry) -> parameters.get(name).value()
            .mul(GoldenRun.tensor(entry).select(0, step)).sum().backward());
        training.before.accept(optimizer, step);
        optimizer.step();
        golden.tensors("steps").forEach((name, entry) -> tolerance.check(
            "parameter " + name + " after step " + (step + 1), GoldenRun.tensor(entry).select(0, step),
            parameters.get(name).value()));
      }
    }
  }

  /** The learning rate of each step. */
  static void schedule(GoldenCase golden, IntToDoubleFunction schedule) {
    var rates = GoldenRun.tensor(golden.tensors().get("rates")).toDoubles();
    for (int step = 0; step < rates.length; step++) {
      assertEquals(rates[step], schedule.applyAsDouble(step), 1e-10 * Math.abs(rates[step]) + 1e-15,
          "learning rate of step " + step);
    }
  }
}
