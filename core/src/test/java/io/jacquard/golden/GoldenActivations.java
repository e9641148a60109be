package io.jacquard.golden;

/** Activation functions: families/activations.py. */
final class GoldenActivations {
  private GoldenActivations() {}

  static void register(GoldenOps ops) {
    ops.add("elu", r -> r.in(0).elu(r.number("alpha")));
    ops.add("selu", r -> r.in(0).selu());
    ops.add("celu", r -> r.in(0).celu(r.number("alpha")));
    ops.add("gelu_tanh", r -> r.in(0).geluTanh());
    ops.add("silu", r -> r.in(0).silu());
    ops.add("mish", r -> r.in(0).mish());
    ops.add("softplus", r -> r.in(0).softplus(r.number("beta"), r.number("threshold")));
    ops.add("softsign", r -> r.in(0).softsign());
    ops.add("log_sigmoid", r -> r.in(0).logSigmoid());
    ops.add("hardsigmoid", r -> r.in(0).hardsigmoid());
    ops.add("hardswish", r -> r.in(0).hardswish());
    ops.add("hardtanh", r -> r.in(0).hardtanh(r.number("low"), r.number("high")));
    ops.add("relu6", r -> r.in(0).relu6());
    ops.add("tanhshrink", r -> r.in(0).tanhshrink());
    ops.add("softshrink", r -> r.in(0).softshrink(r.number("lambda")));
    ops.add("hardshrink", r -> r.in(0).hardshrink(r.number("lambda")));
    ops.add("threshold", r -> r.in(0).threshold(r.number("threshold"), r.number("value")));
    ops.add("prelu", r -> r.in(0).prelu(r.in(1)));
    ops.add("glu", r -> r.in(0).glu(r.integer("dim")));
  }
}
