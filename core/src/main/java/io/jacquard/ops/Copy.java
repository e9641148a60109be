package io.jacquard.ops;

import io.jacquard.DType;
import io.jacquard.expr.Program;
import io.jacquard.spi.Backend;
import io.jacquard.spi.View;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * Moves elements from one view to another of the same type and shape.
 *
 * <pre>{@code
 * Copy.run(x.device().backend(), x.view(), y.view());
 * }</pre>
 */
public final class Copy {
  private static final long[] NO_PARAMS = {};
  private static final Map<DType, Program> IDENTITY = new EnumMap<>(DType.class);

  static {
    for (var type : DType.values()) IDENTITY.put(type, Program.of(in -> in[0], type));
  }

  private Copy() {}

  public static void run(Backend backend, View from, View to) {
    backend.map(Objects.requireNonNull(IDENTITY.get(to.dtype())), NO_PARAMS, new View[]{from},
        new View[]{to});
  }
}
