package io.jacquard.nn;

import io.jacquard.JacquardException;
import io.jacquard.tensor.Tensor;
import java.util.Iterator;
import java.util.List;

/**
 * Modules by number, so that their parameters belong to the module that holds the list; that module calls them.
 *
 * <pre>{@code
 * class Branches extends Module {
 *   final ModuleList<Linear> layers = add("layers", ModuleList.of(new Linear(4, 3), new Linear(4, 3)));
 *
 *   @Override
 *   protected Tensor forward(Tensor x) {
 *     return layers.get(0).call(x).add(layers.get(1).call(x));
 *   }
 * }
 * }</pre>
 *
 * <p>Keys are PyTorch's: {@code layers.0.weight}, {@code layers.1.weight}.
 */
public final class ModuleList<M extends Module> extends Module implements Iterable<M> {
  private final List<M> modules;

  private ModuleList(List<M> modules) {
    this.modules = modules;
    for (int i = 0; i < modules.size(); i++) add(Integer.toString(i), modules.get(i));
  }

  @SafeVarargs
  @SuppressWarnings("varargs") // the array is only read
  public static <M extends Module> ModuleList<M> of(M... modules) {
    return of(List.of(modules));
  }

  public static <M extends Module> ModuleList<M> of(List<? extends M> modules) {
    return new ModuleList<>(List.copyOf(modules));
  }

  /** @throws JacquardException if there are not so many */
  public M get(int index) {
    if (index < 0 || index >= modules.size()) {
      throw new JacquardException(
          "ModuleList: there is no module " + index + " among " + modules.size() + ".");
    }
    return modules.get(index);
  }

  public int size() {
    return modules.size();
  }

  @Override
  public Iterator<M> iterator() {
    return modules.iterator();
  }

  /** A list does not say in which order its modules compute. */
  @Override
  protected Tensor forward(Tensor x) {
    throw new JacquardException(
        "ModuleList only holds modules: call each of them, or make a Sequential of them.");
  }
}
