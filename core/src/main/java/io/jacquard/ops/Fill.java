package io.jacquard.ops;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.expr.Program;
import io.jacquard.expr.Trace;
import io.jacquard.spi.Backend;
import io.jacquard.spi.View;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Writes one value to every element of a view.
 *
 * <pre>{@code
 * Fill.run(y.device().backend(), y.dtype().bits(0.5), y.view());
 * }</pre>
 */
public final class Fill {
  private static final Map<DType, Program> PROGRAMS = new EnumMap<>(DType.class);
  private static final View[] NO_INPUTS = {};

  static {
    for (var type : DType.values()) {
      var trace = new Trace(List.of());
      PROGRAMS.put(type, trace.program(trace.param(0, type)));
    }
  }

  private Fill() {}

  public static void zero(Backend backend, View out) {
    run(backend, 0, out);
  }

  /** @param bits the value as raw bits of the view's type, see {@link DType#bits(double)} */
  public static void run(Backend backend, long bits, View out) {
    if (!out.shape().equals(Shape.SCALAR) && out.numel() == 0) return;
    var type = out.dtype();
    long param = type.isHalf() ? DType.FLOAT32.bits(type.value(bits)) : bits;
    backend.map(Objects.requireNonNull(PROGRAMS.get(type)), new long[]{param}, NO_INPUTS,
        new View[]{out});
  }
}
