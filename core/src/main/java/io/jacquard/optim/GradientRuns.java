package io.jacquard.optim;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.expr.Program;
import io.jacquard.expr.Scalar;
import io.jacquard.nn.Parameter;
import io.jacquard.spi.Layout;
import io.jacquard.spi.View;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Function;
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

  /** Multiplies gradients by a scalar. */
  static void scale(Run run, Tensor factor) {
    var g = run.gradients();
    change(run, in -> in[0].mul(in[1]).to(in[0].type()), factor.to(g.device()).expand(g.shape()));
  }

  /** Replaces gradients by what a function makes of them and of another operand. */
  static void change(Run run, Function<Scalar[], Scalar> body, Tensor... more) {
    var g = run.gradients();
    var types = new DType[1 + more.length];
    var in = new View[types.length];
    types[0] = g.dtype();
    in[0] = g.view();
    for (int i = 0; i < more.length; i++) {
      types[1 + i] = more[i].dtype();
      in[1 + i] = more[i].view();
    }
    var program = Program.of(body, types);
    if (run.owner() == null) {
      g.device().backend().map(program, new long[0], in, new View[]{g.view()});
    } else {
      // Its memory may be that of another tensor too: an addition gives both operands the same gradient.
      var result = Tensor.zeros(g.device(), g.dtype(), g.shape());
      g.device().backend().map(program, new long[0], in, new View[]{result.view()});
      run.owner().leaf().replaceGradient(result);
    }
  }
}
