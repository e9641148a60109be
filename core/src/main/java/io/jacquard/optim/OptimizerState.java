package io.jacquard.optim;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.nn.Module;
import io.jacquard.nn.Parameter;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;

/** An optimizer's state by key: reads it, and writes it back. */
final class OptimizerState {
  private final Optimizer optimizer;
  private final Map<Parameter, String> keys = new IdentityHashMap<>();

  OptimizerState(Optimizer optimizer, Module model) {
    this.optimizer = optimizer;
    model.namedParameters().forEach((key, p) -> keys.put(p, key));
    for (var p : optimizer.parameters()) {
      if (!keys.containsKey(p)) {
        throw new JacquardException("Optimizer: " + p + " is not in " + model.getClass().getSimpleName()
            + ", so it has no key. Give the model that holds all of the optimizer's parameters.");
      }
    }
  }

  SequencedMap<String, Tensor> tensors() {
    var all = new LinkedHashMap<String, Tensor>();
    for (int g = 0; g < optimizer.groups().size(); g++) {
      var group = optimizer.groups().get(g);
      all.put(name(g, "initial_lr"), Tensor.full(Shape.SCALAR, DType.FLOAT64, group.initialLr()));
      all.put(name(g, "lr"), Tensor.full(Shape.SCALAR, DType.FLOAT64, group.lr()));
      all.put(name(g, "momentum"), Tensor.full(Shape.SCALAR, DType.FLOAT64, group.momentum()));
      for (var step : group.steps()) {
        step.slots().forEach(
            slot -> step.state(slot).forEach((name, tensor) -> all.put(key(step, slot, name), tensor)));
      }
    }
    return all;
  }

  private static String name(int group, String value) {
    return "param_groups." + group + "." + value;
  }

  private String key(ArenaStep step, int slot, String name) {
    return keys.get(step.parameter(slot)) + "." + name;
  }

  void load(Map<String, Tensor> values) {
    try (var _ = Scope.open(); var _ = GradMode.noGrad()) {
      var own = tensors();
      check(own, values);
      for (int g = 0; g < optimizer.groups().size(); g++) {
        var group = optimizer.groups().get(g);
        group.restore(number(values, name(g, "initial_lr")), number(values, name(g, "lr")),
            number(values, name(g, "momentum")));
        for (var step : group.steps()) {
          for (int slot : step.slots()) step.restore(slot, name -> value(values, key(step, slot, name)));
        }
      }
    }
  }

  private static double number(Map<String, Tensor> values, String key) {
    return value(values, key).item();
  }

  private static Tensor value(Map<String, Tensor> values, String key) {
    return Objects.requireNonNull(values.get(key), "checked before");
  }

  private static void check(Map<String, Tensor> own, Map<String, Tensor> values) {
    var wrong = new ArrayList<String>();
    own.forEach((key, mine) -> {
      var value = values.get(key);
      if (value == null) {
        wrong.add("missing: " + key + " " + mine.shape());
      } else if (value.isClosed()) {
        wrong.add("freed: " + key + ", with its scope; keep() it");
      } else if (!value.shape().equals(mine.shape())) {
        wrong.add("shape: " + key + " is " + value.shape() + ", expected " + mine.shape());
      } else if (value.dtype().isFloating() != mine.dtype().isFloating()) {
        wrong.add("type: " + key + " is " + value.dtype() + ", expected " + mine.dtype());
      }
    });
    values.keySet().stream().filter(key -> !own.containsKey(key))
        .forEach(key -> wrong.add("unexpected: " + key));
    if (wrong.isEmpty()) return;
    int shown = Math.min(4, wrong.size());
    var more = wrong.size() > shown ? "\n  and " + (wrong.size() - shown) + " more" : "";
    throw new JacquardException("The state does not fit this optimizer, nothing was loaded:\n  "
        + String.join("\n  ", wrong.subList(0, shown)) + more
        + "\nMake the optimizer with the same rules, groups and model, then load it.");
  }
}
