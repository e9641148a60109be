package io.jacquard.ops;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.expr.Scalar;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Tensor;

/**
 * What chooses elements by a mask: {@code where} with numbers, masked fills and selections.
 *
 * <pre>{@code
 * var padded = Choice.maskedFill(x, x.isNan(), 0);   // the same as x.maskedFill(x.isNan(), 0)
 * }</pre>
 */
public final class Choice {
  /** {@code condition ? x : value} */
  public static final ScalarFunction ELSE_VALUE = ScalarFunction.withParams("where", trace -> {
    var x = trace.input(1);
    return trace.input(0).where(x, trace.param(0, x.type()));
  });
  /** {@code condition ? value : x} */
  public static final ScalarFunction THEN_VALUE = ScalarFunction.withParams("where", trace -> {
    var x = trace.input(1);
    return trace.input(0).where(trace.param(0, x.type()), x);
  });
  private static final ScalarFunction MASKED_FILL = ScalarFunction.withParams("masked_fill", trace -> {
    var x = trace.input(1);
    return trace.input(0).where(trace.param(0, x.type()), x);
  });
  /** Where an element goes: those under the mask to their rank, all others to a place behind them. */
  private static final ScalarFunction TARGET = ScalarFunction.withParams("masked_select", trace -> {
    var rank = trace.input(1);
    return trace.input(0).where(rank.sub(1), trace.param(0, DType.INT64));
  });

  private Choice() {}

  /** One of the two functions above; the number has the type that it has beside the tensor. */
  public static Tensor where(ScalarFunction function, Tensor condition, Tensor x, double value) {
    var type = Scalar.typeBeside(x.dtype(), value);
    return Tensor.apply(function.on(condition.dtype(), type).withParams(type.computeType().bits(value)),
        condition, x.to(type))[0];
  }

  /** {@code value} where the mask is true, in the tensor's own type. */
  public static Tensor maskedFill(Tensor x, Tensor mask, double value) {
    requireBool("masked_fill", mask);
    var type = x.dtype();
    if (!type.isFloating() && type.value(type.bits(value)) != value) {
      throw new JacquardException("masked_fill: " + value + " is no value of a tensor of " + type
          + ". Convert the tensor first, with to(DType.FLOAT32).");
    }
    return Tensor.apply(MASKED_FILL.on(DType.BOOL, type).withParams(type.computeType().bits(value)), mask,
        x)[0];
  }

  /** The elements under the mask in row-major order, one dimension. */
  public static Tensor maskedSelect(Tensor x, Tensor mask) {
    requireBool("masked_select", mask);
    var shape = Shape.broadcast("masked_select", x.shape(), mask.shape());
    var positions = positions(mask.expand(shape).flatten());
    return x.expand(shape).flatten().gatherRows(positions);
  }

  /** The places of the true elements of a vector. */
  private static Tensor positions(Tensor mask) {
    try (var _ = GradMode.noGrad()) {
      long count = (long) mask.sum().item();
      if (count == 0) return Tensor.zeros(mask.device(), DType.INT64, Shape.of(0));
      var ranks = mask.cumsum(0);
      var target = Tensor.apply(TARGET.on(DType.BOOL, DType.INT64).withParams(count), mask, ranks)[0];
      var places = Tensor.arange(mask.device(), mask.numel());
      return Tensor.apply(new ScatterAdd(count + 1), target, places)[0].slice(0, 0, count);
    }
  }

  private static void requireBool(String op, Tensor mask) {
    if (mask.dtype() != DType.BOOL) {
      throw new JacquardException(
          op + ": the mask is " + mask.spec()
              + ", expected bool. Make one with a comparison, such as ne(0).");
    }
  }
}
