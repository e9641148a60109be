package io.jacquard.opencl;

import io.jacquard.expr.Program;
import java.util.HashMap;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How calls were carried out before, so that a call like one before only fills in buffers and parameters. A program that
 * is no longer used takes its plans along.
 *
 * @param <P> what a family of operations plans
 */
final class Plans<P> {
  private final Map<Program, Map<PlanKey, P>> byProgram = new WeakHashMap<>();
  private final Map<PlanKey, P> withoutProgram = new HashMap<>();
  private final PlanKey key = new PlanKey();

  /** An empty key, to be filled for {@link #find}. */
  PlanKey key() {
    return key.clear();
  }

  /** The plan for the key as it is now; made by {@code make} if there is none. */
  P find(@Nullable Program program, Supplier<P> make) {
    var plans = withoutProgram;
    if (program != null) {
      plans = byProgram.get(program);
      if (plans == null) byProgram.put(program, plans = new HashMap<>());
    }
    var known = plans.get(key);
    if (known == null) {
      var kept = key.copy();
      known = make.get();
      plans.put(kept, known);
    }
    return known;
  }
}
