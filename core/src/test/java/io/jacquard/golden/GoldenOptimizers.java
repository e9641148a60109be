package io.jacquard.golden;

import io.jacquard.nn.Module;
import io.jacquard.nn.Parameter;
import io.jacquard.optim.Adadelta;
import io.jacquard.optim.Adagrad;
import io.jacquard.optim.Adam;
import io.jacquard.optim.AdamW;
import io.jacquard.optim.GradClip;
import io.jacquard.optim.Lion;
import io.jacquard.optim.NAdam;
import io.jacquard.optim.OneCycle;
import io.jacquard.optim.Optimizer;
import io.jacquard.optim.RMSprop;
import io.jacquard.optim.Rule;
import io.jacquard.optim.SGD;
import io.jacquard.optim.WeightAverage;
import io.jacquard.tensor.Tensor;
import java.util.Objects;
import java.util.function.Function;

/** Parameters after each of ten steps: families/optimizers.py. */
final class GoldenOptimizers {
  private static final double[] BETAS = {0.9, 0.999};

  private GoldenOptimizers() {}

  static void register(GoldenOps ops) {
    ops.optimizer("SGD", GoldenTolerance.USUAL,
        a -> new SGD(a.number("lr"), a.number("momentum", 0), a.number("dampening", 0), decay(a, 0),
            a.has("nesterov")));
    ops.optimizer("Adam", GoldenTolerance.USUAL, a -> {
      var betas = betas(a, BETAS);
      return new Adam(a.number("lr"), betas[0], betas[1], a.number("eps", 1e-8), decay(a, 0),
          a.has("amsgrad"));
    });
    ops.optimizer("AdamW", GoldenTolerance.USUAL, a -> {
      var betas = betas(a, BETAS);
      return new AdamW(a.number("lr"), betas[0], betas[1], a.number("eps", 1e-8), decay(a, 1e-2),
          a.has("amsgrad"));
    });
    ops.optimizer("NAdam", GoldenTolerance.USUAL, a -> {
      var betas = betas(a, BETAS);
      return new NAdam(a.number("lr"), betas[0], betas[1], 1e-8, decay(a, 0),
          a.number("momentum_decay", 4e-3),
          a.has("decoupled_weight_decay"));
    });
    ops.optimizer("RMSprop", GoldenTolerance.USUAL,
        a -> new RMSprop(a.number("lr"), a.number("alpha", 0.99), a.number("eps", 1e-8), decay(a, 0),
            a.number("momentum", 0), a.has("centered")));
    ops.optimizer("Adagrad", GoldenTolerance.USUAL, a -> new Adagrad(a.number("lr"), a.number("lr_decay", 0),
        decay(a, 0), a.number("initial_accumulator_value", 0), a.number("eps", 1e-10)));
    ops.optimizer("Adadelta", GoldenTolerance.USUAL,
        a -> new Adadelta(a.number("lr"), a.number("rho", 0.9), a.number("eps", 1e-6), decay(a, 0)));
    ops.optimizer("Lion", GoldenTolerance.USUAL, a -> {
      var betas = betas(a, 0.9, 0.99);
      return new Lion(a.number("lr"), betas[0], betas[1], decay(a, 0));
    });
    trace(ops, "AdamW in groups", a -> new GoldenTrace.Training(
        p -> Optimizer.of(AdamW.of(a.number("first_lr")).withWeightDecay(0).on(p.subList(0, 1)),
            AdamW.of(a.number("lr")).withWeightDecay(decay(a, 0)).on(p.subList(1, p.size())))));
    ops.add("weight average", GoldenOptimizers::averages);
    oneCycle(ops, "SGD in one cycle", SGD.of(0.1).withMomentum(0.9));
    trace(ops, "SGD clipped by norm", a -> new GoldenTrace.Training(SGD.of(0.1)::over)
        .beforeStep((o, _) -> GradClip.norm(o.parameters(), a.number("max"), kind(a))));
    trace(ops, "SGD clipped by value", a -> new GoldenTrace.Training(SGD.of(0.1)::over)
        .beforeStep((o, _) -> GradClip.value(o.parameters(), a.number("limit"))));
    oneCycle(ops, "Adam in one cycle", Adam.of(0.1));
  }

  /** The mean after each update. */
  private static Tensor averages(GoldenRun run) {
    var weights = run.in(0);
    var module = new Module() {
      final Parameter weight = parameter("weight", weights.select(0, 0).mul(0));

      @Override
      protected Tensor forward(Tensor x) {
        throw new UnsupportedOperationException();
      }
    };
    double decay = run.attrs().number("decay", Double.NaN);
    var average = Double.isNaN(decay) ? WeightAverage.of(module) : WeightAverage.ema(module, decay);
    var means = new Tensor[(int) weights.size(0)];
    for (int i = 0; i < means.length; i++) {
      module.weight.assign(weights.select(0, i));
      average.update();
      means[i] = Objects.requireNonNull(average.values().get("weight")).mul(1);
    }
    return Tensor.stack(0, means);
  }

  private static double kind(GoldenAttrs a) {
    if (!a.has("norm_type")) return 2;
    return a.values().get("norm_type") instanceof Double p ? p : Double.POSITIVE_INFINITY;
  }

  private static void oneCycle(GoldenOps ops, String name, Rule rule) {
    trace(ops, name, a -> {
      var cycle = OneCycle.of(11).withMaxLr(a.number("max_lr"));
      var schedule = a.has("three_phase") ? cycle.withThreePhases().withLinear() : cycle;
      return new GoldenTrace.Training(rule::over).beforeStep((o, t) -> o.follow(schedule, t));
    });
  }

  private static void trace(GoldenOps ops, String name,
      Function<GoldenAttrs, GoldenTrace.Training> training) {
    ops.put(name, (golden, _) -> GoldenTrace.training(golden, training.apply(golden.attrs()),
        GoldenTolerance.USUAL));
  }

  private static double decay(GoldenAttrs a, double otherwise) {
    return a.number("weight_decay", otherwise);
  }

  private static double[] betas(GoldenAttrs a, double... otherwise) {
    return a.has("betas") ? a.numbers("betas") : otherwise;
  }
}
