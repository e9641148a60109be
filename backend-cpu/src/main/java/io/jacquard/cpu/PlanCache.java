package io.jacquard.cpu;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Plans by the numbers that describe a call: its shape and its views' strides. Looking one up allocates nothing. Used by
 * the one thread that calls the backend.
 */
final class PlanCache<P> {
  /** A power of two. A program of a changing shape could fill any cache, so a full one starts afresh. */
  private static final int MOST = 256;

  private record Entry<P>(int hash, long[] key, P plan) {}

  @SuppressWarnings({"unchecked", "rawtypes"})
  private final @Nullable Entry<P>[] entries = new Entry[2 * MOST];
  private int size;

  @Nullable
  P find(PlanKey key) {
    int hash = key.hash();
    for (int i = hash & entries.length - 1;; i = i + 1 & entries.length - 1) {
      var entry = entries[i];
      if (entry == null) return null;
      if (entry.hash == hash && key.equals(entry.key)) return entry.plan;
    }
  }

  void put(PlanKey key, P plan) {
    if (size == MOST) {
      Arrays.fill(entries, null);
      size = 0;
    }
    size++;
    int i = key.hash() & entries.length - 1;
    while (entries[i] != null) i = i + 1 & entries.length - 1;
    entries[i] = new Entry<>(key.hash(), key.toArray(), plan);
  }
}
