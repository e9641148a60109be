package io.jacquard.nn;

import io.jacquard.JacquardException;
import io.jacquard.Nearest;
import io.jacquard.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Modules by name, so that their parameters belong to the module that holds them; that module calls them.
 *
 * <pre>{@code
 * var heads = ModuleDict.of(Map.of("digits", new Linear(64, 10)));
 * var scores = heads.get("digits").call(Tensor.ones(2, 64));
 * }</pre>
 *
 * <p>Keys are PyTorch's: {@code heads.digits.weight}.
 */
public final class ModuleDict<M extends Module> extends Module {
  private final SequencedMap<String, M> modules;

  private ModuleDict(Map<String, ? extends M> modules) {
    this.modules = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(modules));
    this.modules.forEach(this::add);
  }

  /** In the order of the map. */
  public static <M extends Module> ModuleDict<M> of(Map<String, ? extends M> modules) {
    return new ModuleDict<>(modules);
  }

  /** @throws JacquardException with the nearest name, if there is none of this one */
  public M get(String name) {
    var module = modules.get(name);
    if (module == null) {
      throw new JacquardException("ModuleDict: there is no module '" + name + "', expected one of "
          + String.join(", ", modules.keySet()) + "." + Nearest.hint(name, modules.keySet()));
    }
    return module;
  }

  public SequencedMap<String, M> modules() {
    return modules;
  }

  /** Names do not say in which order modules compute. */
  @Override
  protected Tensor forward(Tensor x) {
    throw new JacquardException("ModuleDict only holds modules: call them by name.");
  }
}
