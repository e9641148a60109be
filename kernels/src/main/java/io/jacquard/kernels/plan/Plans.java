package io.jacquard.kernels.plan;

import io.jacquard.expr.Program;
import java.util.HashMap;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How calls were carried out before, so that a call like one before only fills in buffers and parameters. A program that
 * is no longer used takes its plans along. A call whose plan is known makes no garbage.
 *
 * <pre>{@code
 * var plans = new Plans<String>();
 * plans.key().add(3).add(x.view());
 * var plan = plans.find(null);
 * if (plan == null) plan = plans.add(null, "how it is done");
 * }</pre>
 *
 * @param <P> what a family of operations plans
 */
public final class Plans<P> {
  private final Map<Program, Map<PlanKey, P>> byProgram = new WeakHashMap<>();
  private final Map<PlanKey, P> withoutProgram = new HashMap<>();
  private final PlanKey key = new PlanKey();

  /** An empty key, to be filled for {@link #find}. */
  public PlanKey key() {
    return key.clear();
  }

  /** The plan for the key as it is now; null if there is none. */
  public @Nullable P find(@Nullable Program program) {
    var plans = program == null ? withoutProgram : byProgram.get(program);
    return plans == null ? null : plans.get(key);
  }

  /** Keeps a plan for the key as it is now. */
  public P add(@Nullable Program program, P plan) {
    var plans = program == null ? withoutProgram : byProgram.computeIfAbsent(program, _ -> new HashMap<>());
    plans.put(key.copy(), plan);
    return plan;
  }
}
