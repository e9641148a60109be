package io.jacquard.optim;

import io.jacquard.JacquardException;
import io.jacquard.nn.Parameter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Parameters that are stepped by one rule, with a learning rate of their own; made by {@link Rule#on}.
 *
 * <pre>{@code
 * var optimizer = Optimizer.of(
 *     AdamW.of(1e-3).on(model.parameters(key -> !key.endsWith("bias"))),
 *     AdamW.of(1e-3).withWeightDecay(0).on(model.parameters(key -> key.endsWith("bias"))));
 * optimizer.groups().getLast().setLr(1e-4);
 * }</pre>
 */
public final class ParameterGroup {
  private final Rule rule;
  private final List<Parameter> parameters;
  private final List<ArenaStep> steps = new ArrayList<>();
  private boolean taken;
  private double initialLr;
  private double lr;
  private double momentum;

  ParameterGroup(Rule rule, List<Parameter> parameters) {
    this.rule = rule;
    this.parameters = List.copyOf(new LinkedHashSet<>(parameters));
    if (this.parameters.isEmpty()) {
      throw new JacquardException("Optimizer: there is no parameter to train, expected at least one.");
    }
    initialLr = lr = rule.lr();
    momentum = rule.momentum();
  }

  /** From now on this is a group of one optimizer, which no other may take. */
  void take() {
    if (taken)
      throw new JacquardException("Optimizer: this group belongs to another optimizer, expected a new one.");
    taken = true;
  }

  void stepBy(ArenaStep step) {
    steps.add(step);
    step.set(lr, momentum);
  }

  List<ArenaStep> steps() {
    return steps;
  }

  public Rule rule() {
    return rule;
  }

  public List<Parameter> parameters() {
    return parameters;
  }

  /** The learning rate of the next step. */
  public double lr() {
    return lr;
  }

  /** The learning rate that a {@link Schedule} starts from: the rule's, or what {@link #setLr} said last. */
  public double initialLr() {
    return initialLr;
  }

  /** The learning rate from the next step on, also for a schedule. */
  public void setLr(double lr) {
    Hyper.atLeastZero("Optimizer", "lr", lr);
    initialLr = lr;
    change(lr, momentum);
  }

  /** The momentum, or beta1, of the next step; 0 if the rule has none. */
  public double momentum() {
    return momentum;
  }

  /** What a schedule asks for: the rule's own values stay what they are. */
  void change(double lr, double momentum) {
    if (lr == this.lr && momentum == this.momentum) return;
    this.lr = lr;
    this.momentum = momentum;
    for (var step : steps) step.set(lr, momentum);
  }

  void restore(double initialLr, double lr, double momentum) {
    this.initialLr = initialLr;
    change(lr, momentum);
  }
}
