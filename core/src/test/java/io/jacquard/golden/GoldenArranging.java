package io.jacquard.golden;

import io.jacquard.tensor.Tensor;
import java.util.List;
import java.util.function.Function;

/** Other orders, parts, repetitions, triangles, windows: families/arranging.py. */
final class GoldenArranging {
  private GoldenArranging() {}

  static void register(GoldenOps ops) {
    ops.add("flip", r -> r.in(0).flip(r.integers("dims")));
    ops.add("roll_all", r -> r.in(0).roll(r.integer("shift")));
    ops.add("roll", r -> r.in(0).roll(r.longs("shifts"), r.integers("dims")));
    ops.add("movedim", r -> r.in(0).movedim(r.integer("from"), r.integer("to")));
    ops.add("swapdims", r -> r.in(0).swapdims(r.integer("a"), r.integer("b")));
    parts(ops, "split", r -> r.in(0).split(r.integer("size"), r.integer("dim")));
    parts(ops, "split_sizes", r -> r.in(0).split(r.longs("sizes"), r.integer("dim")));
    parts(ops, "chunk", r -> r.in(0).chunk(r.integer("chunks"), r.integer("dim")));
    ops.add("unfold", r -> r.in(0).unfold(r.integer("dim"), r.integer("size"), r.integer("step")));
    ops.add("repeat", r -> r.in(0).repeat(r.longs("times")));
    ops.add("tile", r -> r.in(0).tile(r.longs("times")));
    ops.add("repeat_interleave", r -> r.in(0).repeatInterleave(r.integer("times"), r.integer("dim")));
    ops.add("tril", r -> r.in(0).tril(r.integer("k")));
    ops.add("triu", r -> r.in(0).triu(r.integer("k")));
    ops.add("diag", r -> r.in(0).diag(r.integer("k")));
    ops.add("diagonal", r -> r.in(0).diagonal(r.integer("k"), r.integer("a"), r.integer("b")));
    ops.add("trace", r -> r.in(0).trace());
  }

  private static void parts(GoldenOps ops, String name, Function<GoldenRun, Tensor[]> cut) {
    ops.addAll(name, GoldenTolerance.USUAL, r -> List.of(cut.apply(r)));
  }
}
