package io.jacquard.ops;

import io.jacquard.expr.Scalar;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lambdas over {@link Scalar}s, as {@code Tensor.fuse} takes them.
 *
 * <pre>{@code
 * var y = Tensor.fuse((v, w) -> v.add(w).gelu(), x, bias);
 * }</pre>
 *
 * <p>A lambda that captures nothing is traced once, at its first use. One that captures values is traced at every call,
 * since the values may have changed; on a hot path keep such an expression in a {@link ScalarFunction} constant.
 */
public final class Fuse {
  @FunctionalInterface
  public interface One {
    Scalar of(Scalar a);
  }

  @FunctionalInterface
  public interface Two {
    Scalar of(Scalar a, Scalar b);
  }

  @FunctionalInterface
  public interface Three {
    Scalar of(Scalar a, Scalar b, Scalar c);
  }

  @FunctionalInterface
  public interface Many {
    Scalar of(Scalar[] in);
  }

  /**
   * A cache: the class of a lambda that captures nothing stands for the lambda. Classes with a name are no lambdas, and
   * may hold values in their superclass.
   */
  private static final ClassValue<Slot> TRACED = new ClassValue<>() {
    @Override
    protected Slot computeValue(Class<?> type) {
      return new Slot(type.isHidden() && type.getDeclaredFields().length == 0);
    }
  };

  private static final class Slot {
    final boolean capturesNothing;
    volatile @Nullable ScalarFunction function;

    Slot(boolean capturesNothing) {
      this.capturesNothing = capturesNothing;
    }
  }

  private Fuse() {}

  public static ScalarFunction function(One body) {
    return function(body, in -> body.of(in[0]));
  }

  public static ScalarFunction function(Two body) {
    return function(body, in -> body.of(in[0], in[1]));
  }

  public static ScalarFunction function(Three body) {
    return function(body, in -> body.of(in[0], in[1], in[2]));
  }

  public static ScalarFunction functionOfAll(Many body) {
    return function(body, body::of);
  }

  private static ScalarFunction function(Object lambda, Function<Scalar[], Scalar> body) {
    var slot = TRACED.get(lambda.getClass());
    if (!slot.capturesNothing) return ScalarFunction.of("fuse", body);
    var function = slot.function;
    if (function == null) slot.function = function = ScalarFunction.of("fuse", body);
    return function;
  }
}
