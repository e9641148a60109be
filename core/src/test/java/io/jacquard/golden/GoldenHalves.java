package io.jacquard.golden;

import io.jacquard.DType;
import io.jacquard.ops.Linear;
import io.jacquard.tensor.Tensor;
import java.util.Locale;

/** bfloat16 and float16: families/halves.py. */
final class GoldenHalves {
  private GoldenHalves() {}

  static void register(GoldenOps ops) {
    ops.add("to", GoldenTolerance.EXACT,
        r -> r.in(0).to(DType.valueOf(r.text("dtype").toUpperCase(Locale.ROOT))));
    ops.add("linear", r -> Tensor.apply(new Linear(), r.inputs())[0]);
    ops.as(GoldenUnary::register, "neg", "abs", "exp", "sin", "tanh", "sigmoid", "relu", "square", "erf",
        "log",
        "sqrt", "rsqrt", "gelu");
    ops.as(GoldenBinary::register, "add", "sub", "mul", "div", "maximum", "eq", "lt", "ge",
        "add_value", "mul_value", "div_value", "eq_value", "lt_value");
    ops.as(GoldenReductions::register, "sum", "mean", "amax", "var");
    ops.as(GoldenProducts::register, "matmul");
    ops.as(GoldenSoftmaxLosses::register, "softmax", "log_softmax", "cross_entropy");
  }
}
