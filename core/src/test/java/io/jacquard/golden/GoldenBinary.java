package io.jacquard.golden;

import io.jacquard.DType;
import io.jacquard.tensor.Tensor;
import java.util.Locale;
import java.util.function.BiFunction;

/** Functions of two or three elements, with numbers, and conversions: families/binary.py. */
final class GoldenBinary {
  private GoldenBinary() {}

  static void register(GoldenOps ops) {
    two(ops, "add", Tensor::add);
    two(ops, "sub", Tensor::sub);
    two(ops, "mul", Tensor::mul);
    two(ops, "div", Tensor::div);
    two(ops, "pow", Tensor::pow);
    two(ops, "maximum", Tensor::maximum);
    two(ops, "minimum", Tensor::minimum);
    two(ops, "eq", Tensor::eq);
    two(ops, "ne", Tensor::ne);
    two(ops, "lt", Tensor::lt);
    two(ops, "le", Tensor::le);
    two(ops, "gt", Tensor::gt);
    two(ops, "ge", Tensor::ge);
    two(ops, "logical_and", Tensor::and);
    two(ops, "logical_or", Tensor::or);
    withNumber(ops, "add_value", Tensor::add);
    withNumber(ops, "sub_value", Tensor::sub);
    withNumber(ops, "mul_value", Tensor::mul);
    withNumber(ops, "div_value", Tensor::div);
    withNumber(ops, "eq_value", Tensor::eq);
    withNumber(ops, "ne_value", Tensor::ne);
    withNumber(ops, "lt_value", Tensor::lt);
    withNumber(ops, "le_value", Tensor::le);
    withNumber(ops, "gt_value", Tensor::gt);
    withNumber(ops, "ge_value", Tensor::ge);
    ops.add("where", r -> Tensor.where(r.in("condition"), r.in("a"), r.in("b")));
    ops.add("logical_not", r -> r.in(0).not());
    ops.add("isnan", r -> r.in(0).isNan());
    ops.add("to", r -> r.in(0).to(DType.valueOf(r.text("dtype").toUpperCase(Locale.ROOT))));
  }

  private static void two(GoldenOps ops, String name, BiFunction<Tensor, Tensor, Tensor> function) {
    ops.add(name, r -> function.apply(r.in("a"), r.in("b")));
  }

  private static void withNumber(GoldenOps ops, String name, BiFunction<Tensor, Double, Tensor> function) {
    ops.add(name, r -> function.apply(r.in("x"), r.number("value")));
  }
}
