package io.jacquard.golden;

import io.jacquard.optim.Rule;
import io.jacquard.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;

/** What a family registers: for each name of an operation in its file, how Jacquard computes a case of it. */
final class GoldenOps {
  /** Computes a case and compares. */
  @FunctionalInterface
  interface Check {
    void run(GoldenCase golden, GoldenLay lay);
  }

  private final Map<String, Check> checks = new LinkedHashMap<>();

  /** A function with one output. */
  void add(String op, Function<GoldenRun, Tensor> function) {
    add(op, GoldenTolerance.USUAL, function);
  }

  void add(String op, GoldenTolerance tolerance, Function<GoldenRun, Tensor> function) {
    addAll(op, tolerance, run -> List.of(function.apply(run)));
  }

  /** A function with several outputs. */
  void addAll(String op, GoldenTolerance tolerance, Function<GoldenRun, List<Tensor>> function) {
    put(op, (golden, lay) -> new GoldenRun(golden, lay).check(function, tolerance));
  }

  /** An optimizer, by its parameters after each step. */
  void optimizer(String op, GoldenTolerance tolerance, Function<GoldenAttrs, Rule> rule) {
    put(op, (golden, _) -> GoldenTrace.optimizer(golden, rule.apply(golden.attrs()), tolerance));
  }

  /** A schedule: the learning rate of each step, from step 0 on. */
  void schedule(String op, Function<GoldenAttrs, IntToDoubleFunction> schedule) {
    put(op, (golden, _) -> GoldenTrace.schedule(golden, schedule.apply(golden.attrs())));
  }

  /** Operations as another family computes them. */
  void as(Consumer<GoldenOps> family, String... names) {
    var others = new GoldenOps();
    family.accept(others);
    for (var name : names) put(name, others.check(name));
  }

  /** Any other kind. */
  void put(String op, Check check) {
    if (checks.put(op, check) != null)
      throw new IllegalStateException("'" + op + "' is registered twice");
  }

  Check check(String op) {
    var check = checks.get(op);
    if (check == null)
      throw new AssertionError("No function is registered for '" + op + "', only for " + checks.keySet());
    return check;
  }

  Set<String> names() {
    return checks.keySet();
  }
}
