package io.jacquard.golden;

import io.jacquard.nn.Loss;

/** Softmax, its logarithm, and the losses: families/softmax_losses.py. */
final class GoldenSoftmaxLosses {
  private GoldenSoftmaxLosses() {}

  static void register(GoldenOps ops) {
    ops.add("softmax", r -> r.in(0).softmax(r.integer("dim")));
    ops.add("log_softmax", r -> r.in(0).logSoftmax(r.integer("dim")));
    loss(ops, "cross_entropy", Loss.crossEntropy());
    loss(ops, "nll", Loss.nll());
    loss(ops, "mse", Loss.mse());
    loss(ops, "bce", Loss.bce());
    loss(ops, "bce_with_logits", Loss.bceWithLogits());
  }

  private static void loss(GoldenOps ops, String name, Loss loss) {
    ops.add(name, r -> loss.of(r.in(0), r.in(1)));
  }
}
