package io.jacquard.golden;

import io.jacquard.tensor.Tensor;

/** Shapes, parts, joining, choosing: families/views.py. */
final class GoldenViews {
  private GoldenViews() {}

  static void register(GoldenOps ops) {
    ops.add("reshape", r -> r.in(0).reshape(r.longs("shape")));
    ops.add("flatten", r -> r.in(0).flatten(r.integer("start"), r.integer("end")));
    ops.add("permute", r -> r.in(0).permute(r.integers("dims")));
    ops.add("transpose", r -> r.in(0).transpose(r.integer("a"), r.integer("b")));
    ops.add("mT", r -> r.in(0).mT());
    ops.add("unsqueeze", r -> r.in(0).unsqueeze(r.integer("dim")));
    ops.add("squeeze", r -> r.in(0).squeeze(r.integer("dim")));
    ops.add("expand", r -> r.in(0).expand(r.longs("shape")));
    ops.add("slice",
        r -> r.in(0).slice(r.integer("dim"), r.integer("start"), r.integer("end"), r.integer("step")));
    ops.add("select", r -> r.in(0).select(r.integer("dim"), r.integer("index")));
    ops.add("chained", r -> r.in(0).transpose(0, 2).slice(0, 1, 4, 2).reshape(-1, 3).mT().exp());
    ops.add("overlapping", r -> {
      var x = r.in(0);
      return x.slice(0, 0, -2).mul(x.slice(0, 1, -1)).add(x.slice(0, 2, 17));
    });
    ops.add("concat", r -> Tensor.concat(r.integer("dim"), r.inputs()));
    ops.add("stack", r -> Tensor.stack(r.integer("dim"), r.inputs()));
    ops.add("gather_rows", r -> r.in("x").gatherRows(r.in("index")));
    ops.add("one_hot", r -> r.in(0).oneHot(r.integer("classes")));
  }
}
