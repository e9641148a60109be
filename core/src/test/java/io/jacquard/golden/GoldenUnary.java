package io.jacquard.golden;

/** Functions of each element: families/unary.py. */
final class GoldenUnary {
  private GoldenUnary() {}

  static void register(GoldenOps ops) {
    ops.add("neg", r -> r.in(0).neg());
    ops.add("abs", r -> r.in(0).abs());
    ops.add("sign", r -> r.in(0).sign());
    ops.add("floor", r -> r.in(0).floor());
    ops.add("ceil", r -> r.in(0).ceil());
    ops.add("square", r -> r.in(0).square());
    ops.add("exp", r -> r.in(0).exp());
    ops.add("log", r -> r.in(0).log());
    ops.add("log1p", r -> r.in(0).log1p());
    ops.add("sqrt", r -> r.in(0).sqrt());
    ops.add("rsqrt", r -> r.in(0).rsqrt());
    ops.add("sin", r -> r.in(0).sin());
    ops.add("cos", r -> r.in(0).cos());
    ops.add("erf", r -> r.in(0).erf());
    ops.add("tanh", r -> r.in(0).tanh());
    ops.add("sigmoid", r -> r.in(0).sigmoid());
    ops.add("relu", r -> r.in(0).relu());
    ops.add("leaky_relu", r -> r.in(0).leakyRelu(r.number("slope")));
    ops.add("gelu", r -> r.in(0).gelu());
    ops.add("clamp", r -> r.in(0).clamp(r.number("low"), r.number("high")));
    ops.add("pow_value", r -> r.in(0).pow(r.number("exponent")));
  }
}
