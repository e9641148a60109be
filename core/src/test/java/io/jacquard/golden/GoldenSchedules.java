package io.jacquard.golden;

import io.jacquard.nn.Linear;
import io.jacquard.optim.OneCycle;
import io.jacquard.optim.ReduceOnPlateau;
import io.jacquard.optim.SGD;
import io.jacquard.optim.Schedule;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;

/** Learning rates under schedules: families/schedules.py. */
final class GoldenSchedules {
  private GoldenSchedules() {}

  static void register(GoldenOps ops) {
    add(ops, "StepLR", a -> Schedule.step(a.integer("step_size"), a.number("gamma", 0.1)));
    add(ops, "MultiStepLR", a -> Schedule.multiStep(a.number("gamma", 0.1), a.longs("milestones")));
    add(ops, "ConstantLR",
        a -> Schedule.constant(a.number("factor", 1 / 3.0), (long) a.number("total_iters", 5)));
    add(ops, "LinearLR", a -> Schedule.linear(a.number("start_factor", 1 / 3.0), a.number("end_factor", 1),
        (long) a.number("total_iters", 5)));
    add(ops, "ExponentialLR", a -> Schedule.exponential(a.number("gamma")));
    add(ops, "PolynomialLR",
        a -> Schedule.polynomial((long) a.number("total_iters", 5), a.number("power", 1)));
    add(ops, "CosineAnnealingLR", a -> Schedule.cosine(a.integer("T_max"), a.number("eta_min", 0)));
    add(ops, "CosineAnnealingWarmRestarts", a -> Schedule.cosineWithRestarts(a.integer("T_0"),
        (int) a.number("T_mult", 1), a.number("eta_min", 0)));
    add(ops, "OneCycleLR", GoldenSchedules::oneCycle);
    add(ops, "LambdaLR", _ -> Schedule.lambda(t -> 1 / (1 + 0.1 * t)));
    add(ops, "SequentialLR",
        _ -> Schedule.linear(0.1, 1, 5).then(5, Schedule.cosine(10)).then(15, Schedule.exponential(0.8)));
    add(ops, "ChainedScheduler",
        _ -> Schedule.chain(Schedule.constant(0.2, 4), Schedule.exponential(0.9), Schedule.step(6, 0.5)));
    ops.schedule("ReduceLROnPlateau", GoldenSchedules::plateau);
  }

  private static void add(GoldenOps ops, String name, Function<GoldenAttrs, Schedule> schedule) {
    ops.schedule(name, a -> {
      var made = schedule.apply(a);
      return t -> made.lr(t, a.number("lr"));
    });
  }

  private static OneCycle oneCycle(GoldenAttrs a) {
    var cycle = Schedule.oneCycle(a.number("max_lr"), a.integer("total_steps"))
        .withPctStart(a.number("pct_start", 0.3))
        .withDivFactors(a.number("div_factor", 25), a.number("final_div_factor", 1e4));
    if (a.has("anneal_strategy")) cycle = cycle.withLinear();
    return a.has("three_phase") ? cycle.withThreePhases() : cycle;
  }

  /** Asked for step after step: it tells of the values one after the other. */
  private static IntToDoubleFunction plateau(GoldenAttrs a) {
    var plateau = a.has("mode") ? ReduceOnPlateau.max() : ReduceOnPlateau.min();
    plateau.factor(a.number("factor", 0.1)).patience(a.integer("patience")).minLr(a.number("min_lr", 0))
        .cooldown((int) a.number("cooldown", 0)).eps(a.number("eps", 1e-8));
    if (a.has("threshold_mode")) {
      plateau.absoluteThreshold(a.number("threshold"));
    } else {
      plateau.threshold(a.number("threshold", 1e-4));
    }
    var optimizer = SGD.of(a.number("lr")).over(new Linear(1, 1));
    var values = a.numbers("values");
    return step -> {
      if (step > 0) optimizer.follow(plateau, values[step - 1]);
      return optimizer.lr();
    };
  }
}
