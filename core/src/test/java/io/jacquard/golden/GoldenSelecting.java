package io.jacquard.golden;

import io.jacquard.tensor.Indexed;
import io.jacquard.tensor.Tensor;
import java.util.List;
import java.util.function.Function;

/** By index or mask, in order: families/selecting.py. */
final class GoldenSelecting {
  private GoldenSelecting() {}

  static void register(GoldenOps ops) {
    ops.add("gather", r -> r.in(0).gather(r.integer("dim"), r.in(1)));
    ops.add("scatter", r -> r.in(0).scatter(r.integer("dim"), r.in(1), r.in(2)));
    ops.add("scatter_value", r -> r.in(0).scatter(r.integer("dim"), r.in(1), 2.5));
    ops.add("scatter_add", r -> r.in(0).scatterAdd(r.integer("dim"), r.in(1), r.in(2)));
    ops.add("index_select", r -> r.in(0).indexSelect(r.integer("dim"), r.in(1)));
    ops.add("take_along_dim", r -> r.in(0).takeAlongDim(r.in(1), r.integer("dim")));
    ops.add("masked_fill", r -> r.in(0).maskedFill(r.in(1), r.number("value")));
    ops.add("masked_select", r -> r.in(0).maskedSelect(r.in(1)));
    ops.add("where_else", r -> Tensor.where(r.in(1), r.in(0), r.number("value")));
    ops.add("where_then", r -> Tensor.where(r.in(1), r.number("value"), r.in(0)));
    indexed(ops, "sort", r -> r.in(0).sort(r.integer("dim"), r.flag("descending")));
    ops.add("argsort", r -> r.in(0).argsort(r.integer("dim"), r.flag("descending")));
    indexed(ops, "topk", r -> r.in(0).topk(r.integer("k"), r.integer("dim"), r.flag("largest")));
    ops.add("cumsum", r -> r.in(0).cumsum(r.integer("dim")));
    ops.add("cumprod", r -> r.in(0).cumprod(r.integer("dim")));
    indexed(ops, "cummax", r -> r.in(0).cummax(r.integer("dim")));
    indexed(ops, "cummin", r -> r.in(0).cummin(r.integer("dim")));
  }

  private static void indexed(GoldenOps ops, String name, Function<GoldenRun, Indexed> function) {
    ops.addAll(name, GoldenTolerance.USUAL, r -> {
      var both = function.apply(r);
      return List.of(both.values(), both.indices());
    });
  }
}
