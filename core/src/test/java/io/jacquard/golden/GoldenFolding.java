package io.jacquard.golden;

import io.jacquard.tensor.Tensor;

/** Products, deviations, norms, any and all, sums of products: families/folding.py. */
final class GoldenFolding {
  private GoldenFolding() {}

  private interface FoldOver {
    Tensor apply(Tensor x, boolean keepDims, int... dims);
  }

  static void register(GoldenOps ops) {
    fold(ops, "prod", Tensor::prod);
    fold(ops, "any", Tensor::any);
    fold(ops, "all", Tensor::all);
    fold(ops, "logsumexp", Tensor::logsumexp);
    ops.add("std", r -> r.in(0).std(r.integer("correction"), r.flag("keepdim"), r.integers("dims")));
    ops.add("norm", r -> r.in(0).norm(power(r.text("p")), r.flag("keepdim"), r.integers("dims")));
    ops.add("einsum", r -> Tensor.einsum(r.text("subscripts"), r.inputs()));
    ops.add("dot", r -> r.in(0).dot(r.in(1)));
    ops.add("outer", r -> r.in(0).outer(r.in(1)));
  }

  private static double power(String p) {
    return switch (p) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(p);
    };
  }

  private static void fold(GoldenOps ops, String name, FoldOver fold) {
    ops.add(name, r -> fold.apply(r.in(0), r.flag("keepdim"), r.integers("dims")));
  }
}
