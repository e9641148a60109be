package io.jacquard.golden;

/** Products of matrices: families/products.py. */
final class GoldenProducts {
  private GoldenProducts() {}

  static void register(GoldenOps ops) {
    ops.add("matmul", r -> r.in(0).matmul(r.in(1)));
    ops.add("matmul_tn", r -> r.in(0).mT().matmul(r.in(1)));
    ops.add("matmul_nt", r -> r.in(0).matmul(r.in(1).mT()));
    ops.add("matmul_tt", r -> r.in(0).mT().matmul(r.in(1).mT()));
    ops.add("matmul_self", r -> r.in(0).matmul(r.in(0)));
    ops.add("matmul_gram", r -> r.in(0).matmul(r.in(0).mT()));
  }
}
