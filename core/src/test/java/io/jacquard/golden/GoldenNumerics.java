package io.jacquard.golden;

import io.jacquard.tensor.Tensor;

/** Rounding, bounds, remainders, other bases, interpolation, creation by rules: families/numerics.py. */
final class GoldenNumerics {
  private GoldenNumerics() {}

  static void register(GoldenOps ops) {
    ops.add("round", r -> r.in(0).round());
    ops.add("round_2", r -> r.in(0).round(2));
    ops.add("trunc", r -> r.in(0).trunc());
    ops.add("expm1", r -> r.in(0).expm1());
    ops.add("exp2", r -> r.in(0).exp2());
    ops.add("log2", r -> r.in(0).log2());
    ops.add("log10", r -> r.in(0).log10());
    ops.add("tan", r -> r.in(0).tan());
    ops.add("reciprocal", r -> r.in(0).reciprocal());
    ops.add("clamp_min", r -> r.in(0).clampMin(0.5));
    ops.add("clamp_max", r -> r.in(0).clampMax(0.5));
    ops.add("clip", r -> r.in(0).clip(-1, 0.5));
    ops.add("nan_to_num", r -> r.in(0).nanToNum());
    ops.add("nan_to_num_values", r -> r.in(0).nanToNum(1, 2, 3));
    ops.add("isinf", r -> r.in(0).isInf());
    ops.add("isfinite", r -> r.in(0).isFinite());
    ops.add("remainder_value", r -> r.in(0).remainder(0.75));
    ops.add("floor_divide_value", r -> r.in(0).floorDivide(-0.75));
    ops.add("remainder", r -> r.in(0).remainder(r.in(1)));
    ops.add("floor_divide", r -> r.in(0).floorDivide(r.in(1)));
    ops.add("lerp", r -> r.in(0).lerp(r.in(1), r.number("weight")));
    ops.add("lerp_tensor", r -> r.in(0).lerp(r.in(1), r.in(2)));
    ops.add("isclose", r -> r.in(0).isClose(r.in(1), 0.5, 0.25, false));
    ops.add("linspace", r -> Tensor.linspace(r.number("start"), r.number("end"), r.integer("steps")));
    ops.add("eye", r -> Tensor.eye(r.integer("n"), r.integer("m")));
    ops.add("arange", r -> Tensor.arange(r.integer("start"), r.integer("end"), r.integer("step")));
  }
}
