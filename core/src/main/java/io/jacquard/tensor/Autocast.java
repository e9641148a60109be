package io.jacquard.tensor;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import org.jspecify.annotations.Nullable;

/**
 * Mixed precision, for each thread: while it is open, products (matmul, linear layers, convolutions, attention) are computed
 * in a half type; norms, softmax, losses and sums in float32; what is elementwise in the type that arrives (Micikevicius et
 * al.: Mixed Precision Training, 2018). Parameters stay float32, and so do their gradients.
 *
 * <pre>{@code
 * Tensor y;
 * try (var _ = Autocast.to(DType.BFLOAT16)) {
 *   y = model.call(x);
 * }
 * lossFn.of(y.to(DType.FLOAT32), labels).backward();   // computes backward as forward was computed
 * }</pre>
 *
 * <p>Where {@code DeviceInfo.halves} lacks the type, the numbers are rounded to it and multiplied in float32: right, but
 * not faster. With float16, gradients need a {@link io.jacquard.optim.GradScaler}. Of float64 nothing is converted.
 */
public final class Autocast implements AutoCloseable {
  /** What an operation's floats are converted to. */
  public enum Kind {
    /** The half type: products. */
    HALF,
    /** Float32: what sums many numbers, or takes exponentials of them. */
    FLOAT32,
    /** If some are float32, all of them. */
    WIDEST,
    /** Nothing: the operation was made for the types that its operands have. */
    AS_THEY_ARE
  }

  private final @Nullable DType before;

  private Autocast(@Nullable DType type) {
    var local = Local.get();
    before = local.autocast;
    local.autocast = type;
  }

  /**
   * Computes products in {@code half} until the result is closed; with float32, all as usual.
   *
   * @throws JacquardException if it is no half type, nor float32
   */
  public static Autocast to(DType half) {
    if (!half.isHalf() && half != DType.FLOAT32)
      throw new JacquardException("Autocast: " + half + ", expected bfloat16, float16 or float32.");
    return again(half.isHalf() ? half : null);
  }

  /** As it was when something was computed before. */
  static Autocast again(@Nullable DType type) {
    return new Autocast(type);
  }

  /** The half type that products are computed in; null where they are computed as usual. */
  public static @Nullable DType type() {
    return Local.get().autocast;
  }

  /** The operand of a product, for functions that look at its type before the operation does. */
  public static Tensor ofProduct(Tensor x) {
    var half = Local.get().autocast;
    return half == null ? x : cast(Kind.HALF, x, half, false);
  }

  /** Runs an op in what it is to be computed in. What it is made of takes types as they are. */
  static Tensor[] apply(Op op, Tensor[] in, DType half) {
    var kind = op.autocast();
    var converted = in;
    if (kind != Kind.AS_THEY_ARE) {
      boolean wide = false;
      for (var x : in) wide |= x.dtype() == DType.FLOAT32;
      converted = new Tensor[in.length];
      for (int i = 0; i < in.length; i++) converted[i] = cast(kind, in[i], half, wide);
    }
    try (var _ = again(null)) {
      return Dispatch.apply(op, converted);
    }
  }

  private static Tensor cast(Kind kind, Tensor x, DType half, boolean wide) {
    var from = x.dtype();
    if (!from.isHalf() && from != DType.FLOAT32) return x;
    var to = switch (kind) {
      case HALF -> half;
      case FLOAT32 -> DType.FLOAT32;
      case WIDEST -> wide ? DType.FLOAT32 : from;
      case AS_THEY_ARE -> from;
    };
    return to == from ? x : x.to(to);
  }

  @Override
  public void close() {
    Local.get().autocast = before;
  }
}
