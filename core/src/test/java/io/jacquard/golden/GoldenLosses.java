package io.jacquard.golden;

import io.jacquard.nn.Loss;
import io.jacquard.nn.TripleLoss;
import io.jacquard.tensor.Tensor;
import java.util.function.Function;

/** Losses with their reductions and options: families/losses.py and families/class_losses.py. */
final class GoldenLosses {
  private GoldenLosses() {}

  static void register(GoldenOps ops) {
    loss(ops, "mse", _ -> Loss.mse());
    loss(ops, "l1", _ -> Loss.l1());
    loss(ops, "huber", r -> Loss.huber(r.number("delta")));
    loss(ops, "smooth_l1", r -> Loss.smoothL1(r.number("beta")));
    loss(ops, "kl_div", r -> Loss.klDiv(r.flag("log_target")));
    loss(ops, "hinge_embedding", r -> Loss.hingeEmbedding(r.number("margin")));
    loss(ops, "bce", r -> r.has("weight") ? Loss.bce().weight(r.in("weight")) : Loss.bce());
    loss(ops, "bce_with_logits", r -> {
      var loss = Loss.bceWithLogits();
      if (r.has("weight")) loss = loss.weight(r.in("weight"));
      return r.has("pos_weight") ? loss.posWeight(r.in("pos_weight")) : loss;
    });
    triple(ops, "margin_ranking", r -> Loss.marginRanking(r.number("margin")));
    triple(ops, "cosine_embedding", r -> Loss.cosineEmbedding(r.number("margin")));
    triple(ops, "triplet_margin",
        r -> Loss.tripletMargin(r.number("margin"), r.number("p"), r.flag("swap")));
  }

  static void registerOfClasses(GoldenOps ops) {
    loss(ops, "nll", r -> {
      var loss = Loss.nll();
      if (r.has("weight")) loss = loss.weight(r.in("weight"));
      return r.attrs().has("ignore") ? loss.ignoreIndex(r.integer("ignore")) : loss;
    });
    loss(ops, "cross_entropy", r -> {
      var loss = Loss.crossEntropy().labelSmoothing(r.number("smoothing"));
      if (r.has("weight")) loss = loss.weight(r.in("weight"));
      return r.attrs().has("ignore") ? loss.ignoreIndex(r.integer("ignore")) : loss;
    });
    loss(ops, "multi_margin", r -> {
      var loss = Loss.multiMargin(r.integer("p"), r.number("margin"));
      return r.has("weight") ? loss.weight(r.in("weight")) : loss;
    });
  }

  private static void loss(GoldenOps ops, String name, Function<GoldenRun, Loss.Reducible> loss) {
    ops.add(name, r -> reduced(r, loss.apply(r)).of(r.in(0), r.in(1)));
  }

  private static Loss reduced(GoldenRun r, Loss.Reducible loss) {
    return switch (r.text("reduction")) {
      case "sum" -> loss.sum();
      case "none" -> loss.none();
      case "batchmean" -> loss.batchMean();
      default -> loss;
    };
  }

  private static void triple(GoldenOps ops, String name, Function<GoldenRun, TripleLoss.Reducible> loss) {
    ops.add(name, r -> tripleOf(r, loss.apply(r)));
  }

  private static Tensor tripleOf(GoldenRun r, TripleLoss.Reducible loss) {
    var reduced = switch (r.text("reduction")) {
      case "sum" -> loss.sum();
      case "none" -> loss.none();
      default -> loss;
    };
    return reduced.of(r.in(0), r.in(1), r.in(2));
  }
}
