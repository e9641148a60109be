package io.jacquard.tensor;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

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
  /** One registration, also of a function that is registered twice: compared by identity. */
  private static final class Entry<F> {
    final F hook;

    Entry(F hook) {
      this.hook = hook;
    }
  }

  /** Replaced, never changed: who is walking through it is not disturbed. */
  private List<Entry<F>> entries = List.of();
  private int version;

  public Hook add(F hook) {
    var entry = new Entry<>(hook);
    change(Stream.concat(entries.stream(), Stream.of(entry)).toList());
    return new Hook(() -> {
      if (entries.contains(entry)) change(entries.stream().filter(e -> e != entry).toList());
    });
  }

  private void change(List<Entry<F>> entries) {
    this.entries = entries;
    version++;
  }

  public boolean isEmpty() {
    return entries.isEmpty();
  }

  /** How often a hook was added or removed. */
  public int version() {
    return version;
  }

  /** Without hooks, as almost always, this costs nothing. */
  @Override
  public Iterator<F> iterator() {
    return entries.isEmpty() ? Collections.emptyIterator() : entries.stream().map(e -> e.hook).iterator();
  }
}
