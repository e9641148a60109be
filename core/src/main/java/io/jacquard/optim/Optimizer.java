package io.jacquard.optim;

import io.jacquard.JacquardException;
import io.jacquard.nn.Parameter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Applies a {@link Rule} to parameters, by the gradients that backward passes have collected.
 *
 * <pre>{@code
 * var optimizer = Adam.of(1e-3).over(model);
 * optimizer.zeroGrad();
 * lossFn.of(model.call(x), y).backward();
 * optimizer.step();
 * }</pre>
 *
 * <p>The parameters move into one contiguous buffer, so that a step is one pass over all of them. Those that are frozen,
 * or got no gradient since the last {@code zeroGrad}, are left alone: not stepped, not decayed, not counted.
 */
public final class Optimizer {
  private final List<Parameter> parameters;
  private final List<ArenaStep> steps = new ArrayList<>();
  private double lr;

  Optimizer(Rule rule, List<Parameter> parameters) {
    this.parameters = List.copyOf(new LinkedHashSet<>(parameters));
    if (this.parameters.isEmpty()) {
      throw new JacquardException("Optimizer: there is no parameter to train, expected at least one.");
    }
    layOut();
    var mine = new LinkedHashMap<Arena, List<Parameter>>();
    for (var p : this.parameters) mine.computeIfAbsent((Arena) p.laidOutBy(), _ -> new ArrayList<>()).add(p);
    mine.forEach((arena, members) -> steps.add(new ArenaStep(rule, arena, members)));
    setLr(rule.lr());
  }

  /** Puts all parameters that nothing has laid out into new arenas, one for each device and type. */
  private void layOut() {
    record Kind(Object device, Object type) {}
    var free = new LinkedHashMap<Kind, List<Parameter>>();
    for (var p : parameters) {
      if (p.laidOutBy() == null)
        free.computeIfAbsent(new Kind(p.device(), p.dtype()), _ -> new ArrayList<>()).add(p);
    }
    free.values().forEach(Arena::new);
  }

  /** Forgets all gradients. */
  public void zeroGrad() {
    for (var parameter : parameters) parameter.leaf().clear();
  }

  /** Changes every parameter that has a gradient. */
  public void step() {
    for (var step : steps) step.run();
  }

  /** Counts a step like the last one, which was made again by other means. */
  public void stepReplayed() {
    for (var step : steps) step.countAgain();
  }

  public double lr() {
    return lr;
  }

  /** The learning rate from the next step on. */
  public void setLr(double lr) {
    Hyper.atLeastZero("Optimizer", "lr", lr);
    this.lr = lr;
    for (var step : steps) step.setLr(lr);
  }

  public List<Parameter> parameters() {
    return parameters;
  }
}
