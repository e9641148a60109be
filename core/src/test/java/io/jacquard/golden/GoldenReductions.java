package io.jacquard.golden;

import io.jacquard.Shape;
import io.jacquard.tensor.Tensor;

/** Folds over some dimensions or all: families/reductions.py. */
final class GoldenReductions {
  private GoldenReductions() {}

  private interface FoldOver {
    Tensor apply(Tensor x, boolean keepDims, int... dims);
  }

  static void register(GoldenOps ops) {
    fold(ops, "sum", Tensor::sum);
    fold(ops, "mean", Tensor::mean);
    fold(ops, "amax", Tensor::max);
    fold(ops, "amin", Tensor::min);
    ops.add("var", r -> r.in(0).var(r.integer("correction"), r.flag("keepdim"), r.integers("dims")));
    ops.add("argmax", r -> r.in(0).argmax(r.integer("dim")));
    ops.add("argmin", r -> r.in(0).argmin(r.integer("dim")));
    ops.add("sum_to", r -> r.in(0).sumTo(Shape.of(r.longs("shape"))));
  }

  private static void fold(GoldenOps ops, String name, FoldOver fold) {
    ops.add(name, r -> fold.apply(r.in(0), r.flag("keepdim"), r.integers("dims")));
  }
}
