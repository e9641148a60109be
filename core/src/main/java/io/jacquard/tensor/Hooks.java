package io.jacquard.tensor;

import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The hooks of one object, in the order of their registration; one may be removed while they run.
 *
 * <pre>{@code
 * var hooks = new Hooks<Runnable>();
 * var hook = hooks.add(() -> System.out.println("called"));
 * for (var each : hooks) each.run();
 * }</pre>
 *
 * @param <F> what they are
 */
public final class Hooks<F> implements Iterable<F> {
  private record Entry<F>(F hook) {
    // Each registration is one of its own, also of the same function.
    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  private final List<Entry<F>> entries = new CopyOnWriteArrayList<>();
  private int version;

  public Hook add(F hook) {
    var entry = new Entry<>(hook);
    entries.add(entry);
    version++;
    return new Hook(() -> {
      if (entries.remove(entry)) version++;
    });
  }

  public boolean isEmpty() {
    return entries.isEmpty();
  }

  /** How often a hook was added or removed. */
  public int version() {
    return version;
  }

  @Override
  public Iterator<F> iterator() {
    return entries.stream().map(Entry::hook).iterator();
  }
}
