package io.jacquard.optim;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.expr.Program;
import io.jacquard.nn.Parameter;
import io.jacquard.ops.Copy;
import io.jacquard.spi.Layout;
import io.jacquard.spi.View;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A mean of weights that lie side by side, all of an arena for instance, or of one parameter. */
final class AveragePiece {
  private static final long[] NO_PARAMS = {};

  private final List<Parameter> parameters;
  /** Where the weights lie, if an arena has them; else they are asked for each time, since they may move. */
  private final @Nullable View weights;
  private final Tensor memory;
  private final View mean;
  private final Program update;
  private @Nullable Tensor own;

  private AveragePiece(List<Parameter> parameters, @Nullable View weights, Tensor memory, View mean) {
    this.parameters = parameters;
    this.weights = weights;
    this.memory = memory;
    this.mean = mean;
    update = Program.of(in -> in[0].add(in[1].to(in[0].type()).sub(in[0]).mul(in[2])), mean.dtype(),
        parameters.getFirst().dtype(), mean.dtype());
  }

  /** As few pieces as there are. */
  static List<AveragePiece> of(List<Parameter> parameters) {
    var pieces = new ArrayList<AveragePiece>();
    var slots = new LinkedHashMap<Arena, List<Arena.Slot>>();
    for (var p : parameters) {
      if (p.laidOutBy() instanceof Arena arena) {
        slots.computeIfAbsent(arena, _ -> new ArrayList<>()).add(arena.slot(p));
      } else {
        pieces.add(alone(p));
      }
    }
    slots.forEach((arena, members) -> {
      var memory = arena.filled(wide(arena.values().dtype()), 0);
      for (var run : Arena.runs(members)) {
        long start = run.getFirst().start();
        long length = run.getLast().start() + run.getLast().length() - start;
        var layout = new Layout(Shape.of(length), new long[]{1}, start);
        pieces.add(new AveragePiece(run.stream().map(Arena.Slot::parameter).toList(),
            view(arena.values(), layout), memory, view(memory, layout)));
      }
    });
    return pieces;
  }

  private static View view(Tensor of, Layout layout) {
    return new View(of.view().buffer(), of.dtype(), layout);
  }

  private static AveragePiece alone(Parameter p) {
    try (var _ = Scope.open()) {
      var memory = Tensor.zeros(p.device(), wide(p.dtype()), p.shape()).hold();
      return new AveragePiece(List.of(p), null, memory, memory.view());
    }
  }

  private static DType wide(DType type) {
    return type == DType.FLOAT64 ? type : DType.FLOAT32;
  }

  AverageClock.Kind kind() {
    return new AverageClock.Kind(memory.device(), memory.dtype());
  }

  private View weights() {
    return weights != null ? weights : parameters.getFirst().value().view();
  }

  void update(AverageClock clock) {
    memory.device().backend().map(update, NO_PARAMS, new View[]{mean, weights(), clock.share(mean.shape())},
        new View[]{mean});
  }

  /** Puts the mean in the place of the weights, and those aside. */
  void apply() {
    var type = weights().dtype();
    try (var _ = Scope.open()) {
      var aside = Tensor.zeros(memory.device(), type, mean.shape()).hold();
      Copy.run(memory.device().backend(), weights(), aside.view());
      own = aside;
    }
    var cast = Program.of(in -> in[0].to(type), mean.dtype());
    memory.device().backend().map(cast, NO_PARAMS, new View[]{mean}, new View[]{weights()});
    changed();
  }

  void restore() {
    if (own == null) return;
    Copy.run(memory.device().backend(), own.view(), weights());
    own.close();
    own = null;
    changed();
  }

  private void changed() {
    for (var p : parameters) p.leaf().valuesChanged();
  }

  /** The mean of each parameter, in its shape; they share this piece's memory. */
  void collect(Map<Parameter, Tensor> means) {
    for (var p : parameters) {
      var layout = weights == null ? mean.layout() : p.value().view().layout();
      means.put(p, Tensor.over(memory.device(), memory.block(), view(memory, layout)));
    }
  }
}
