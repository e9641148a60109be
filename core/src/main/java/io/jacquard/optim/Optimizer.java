package io.jacquard.optim;

import io.jacquard.JacquardException;
import io.jacquard.nn.Module;
import io.jacquard.nn.Parameter;
import io.jacquard.tensor.Tensor;
import io.jacquard.tensor.Where;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

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
 * <p>The parameters move into one contiguous buffer, group after group, so that a step is one pass over each group. Those
 * that are frozen, or got no gradient since the last {@code zeroGrad}, are left alone: not stepped, not decayed, not
 * counted.
 *
 * <p>Parameters of type bfloat16 or float16 are stepped in float32, as is what rules remember, and rounded. A step that is
 * smaller than a parameter's last digit (a 256th or 2048th of it) is lost, so that training may stand still: better train
 * in float32, and convert the model afterwards.
 */
public final class Optimizer {
  private final List<ParameterGroup> groups;
  private final List<Parameter> parameters;

  private Optimizer(List<ParameterGroup> groups) {
    this.groups = groups;
    parameters = groups.stream().flatMap(g -> g.parameters().stream()).toList();
    if (groups.isEmpty())
      throw new JacquardException("Optimizer: there is no group of parameters, expected at least one.");
    var seen = new HashSet<Parameter>();
    for (var p : parameters) {
      if (!seen.add(p)) {
        throw new JacquardException("Optimizer: " + p + " is in two groups, expected it in one of them.");
      }
    }
    groups.forEach(ParameterGroup::take);
    layOut();
    for (var group : groups) {
      var mine = new LinkedHashMap<Arena, List<Parameter>>();
      for (var p : group.parameters())
        mine.computeIfAbsent((Arena) p.laidOutBy(), _ -> new ArrayList<>()).add(p);
      mine.forEach((arena, members) -> group.stepBy(new ArenaStep(group.rule(), arena, members)));
    }
  }

  /**
   * An optimizer that steps each group by its own rule:
   * {@code Optimizer.of(SGD.of(0.01).on(backbone), SGD.of(0.1).on(head))}.
   *
   * @throws JacquardException if a parameter is in two groups
   */
  public static Optimizer of(ParameterGroup... groups) {
    return new Optimizer(List.of(groups));
  }

  /**
   * Puts all parameters that nothing has laid out into new arenas, one for each device and type, or several where one
   * would be more than the device gives at once.
   */
  private void layOut() {
    record Kind(Object device, Object type) {}
    var free = new LinkedHashMap<Kind, List<Parameter>>();
    for (var p : parameters) {
      if (p.laidOutBy() == null)
        free.computeIfAbsent(new Kind(p.device(), p.dtype()), _ -> new ArrayList<>()).add(p);
    }
    for (var same : free.values()) {
      for (var together : Arena.split(same)) new Arena(together);
    }
  }

  /** Forgets all gradients. */
  public void zeroGrad() {
    for (var parameter : parameters) parameter.leaf().clear();
  }

  /** Changes every parameter that has a gradient. */
  public void step() {
    step(null);
  }

  /**
   * As {@link #step()}, unless a number is 0 that lies on the device: then parameters, states and counts stay as they are,
   * without the host knowing.
   *
   * @param unlessZero a float32 scalar on the parameters' device; null for a step in any case
   */
  public void step(@Nullable Tensor unlessZero) {
    try (var _ = Where.during(Where.Part.OPTIMIZER)) {
      for (var group : groups) {
        for (var step : group.steps()) step.run(unlessZero);
      }
    }
  }

  /** Counts a step like the last one, which was made again by other means. */
  public void stepReplayed() {
    for (var group : groups) {
      for (var step : group.steps()) step.countAgain();
    }
  }

  /** Counts so many steps like the last one no longer, which the device has left out. */
  public void stepsLeftOut(long count) {
    for (var group : groups) {
      for (var step : group.steps()) step.countMore(-count);
    }
  }

  /** The learning rate of the next step; with several groups, that of the first. */
  public double lr() {
    return groups.getFirst().lr();
  }

  /** The learning rate of all groups from the next step on. */
  public void setLr(double lr) {
    Hyper.atLeastZero("Optimizer", "lr", lr);
    for (var group : groups) group.setLr(lr);
  }

  /**
   * Sets each group's learning rate, and its momentum if the schedule moves that too, to what the schedule says for time
   * {@code t}, in steps or epochs from 0, as it was made for.
   */
  public void follow(Schedule schedule, long t) {
    for (var group : groups) {
      group.change(schedule.lr(t, group.initialLr()), schedule.momentum(t, group.rule().momentum()));
    }
  }

  /** Tells {@code plateau} of a value that it watches; it may lower each group's learning rate. */
  public void follow(ReduceOnPlateau plateau, double value) {
    if (!plateau.isStuckAfter(value)) return;
    for (var group : groups) group.change(plateau.lowered(group.lr()), group.momentum());
  }

  public List<ParameterGroup> groups() {
    return groups;
  }

  public List<Parameter> parameters() {
    return parameters;
  }

  /**
   * All that a training needs to go on: for each parameter, by its key in {@code model}, the step count and the rule's
   * states under PyTorch's names ({@code 0.weight.step}, {@code 0.weight.exp_avg}), and the groups' learning rates. The
   * states share the optimizer's memory.
   */
  public SequencedMap<String, Tensor> stateDict(Module model) {
    return new OptimizerState(this, model).tensors();
  }

  /**
   * Copies values of {@link #stateDict} into this optimizer.
   *
   * @throws JacquardException listing what is missing, unexpected or of another shape; nothing is changed then
   */
  public void loadStateDict(Module model, Map<String, Tensor> values) {
    new OptimizerState(this, model).load(values);
  }
}
