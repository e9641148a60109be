package io.jacquard.train;

import io.jacquard.nn.Module;
import io.jacquard.nn.Parameter;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Which modules of a model were in training mode, which parameters were frozen, and which hooks there were: what a recorded step depends on. */
final class Modes {
  private final List<Module> modules = new ArrayList<>();
  private final List<Parameter> parameters;
  private final BitSet training = new BitSet();
  private final BitSet frozen = new BitSet();
  private final int[] hooks;

  Modes(Module model) {
    collect(model);
    parameters = model.parameters();
    for (int i = 0; i < modules.size(); i++) training.set(i, modules.get(i).isTraining());
    hooks = modules.stream().mapToInt(Module::hooksVersion).toArray();
    for (int i = 0; i < parameters.size(); i++) frozen.set(i, parameters.get(i).isFrozen());
  }

  private void collect(Module module) {
    modules.add(module);
    module.children().values().forEach(this::collect);
  }

  /** Whether nothing has changed since; allocates nothing. */
  boolean stillHold() {
    for (int i = 0; i < modules.size(); i++) {
      if (modules.get(i).isTraining() != training.get(i) || modules.get(i).hooksVersion() != hooks[i])
        return false;
    }
    for (int i = 0; i < parameters.size(); i++) {
      if (parameters.get(i).isFrozen() != frozen.get(i)) return false;
    }
    return true;
  }
}
