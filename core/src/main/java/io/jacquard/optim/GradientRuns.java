package io.jacquard.optim;

import io.jacquard.Shape;
import io.jacquard.nn.Parameter;
import io.jacquard.spi.Layout;
import io.jacquard.spi.View;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The gradients of some parameters in as few pieces as there are: those that lie side by side in an arena are one piece,
 * usually all of them. The gaps between them are zeros.
 */
final class GradientRuns {
  private GradientRuns() {}

  /**
   * Gradients of one device and type.
   *
   * @param owner whose gradient this is; null for memory of an arena, which may be written to
   */
  record Run(Tensor gradients, @Nullable Parameter owner) {}

  /** The runs of those parameters that have a gradient; handles of the caller's scope. */
  static List<Run> of(List<Parameter> parameters) {
    var runs = new ArrayList<Run>();
    var slots = new LinkedHashMap<Arena, List<Arena.Slot>>();
    for (var p : parameters) {
      var gradient = p.grad();
      if (gradient == null || p.numel() == 0) continue;
      if (p.laidOutBy() instanceof Arena arena) {
        slots.computeIfAbsent(arena, _ -> new ArrayList<>()).add(arena.slot(p));
      } else {
        runs.add(new Run(gradient, p));
      }
    }
    slots.forEach((arena, members) -> {
      for (var run : Arena.runs(members)) {
        var last = run.getLast();
        runs.add(
            new Run(range(arena.gradients(), run.getFirst().start(), last.start() + last.length()), null));
      }
    });
    return runs;
  }

  private static Tensor range(Tensor of, long start, long end) {
    var layout = new Layout(Shape.of(end - start), new long[]{1}, start);
    return Tensor.over(of.device(), of.block(), new View(of.view().buffer(), of.dtype(), layout));
  }
}
