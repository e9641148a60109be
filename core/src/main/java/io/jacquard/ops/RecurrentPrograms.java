package io.jacquard.ops;

import io.jacquard.expr.Scalar;

/** What {@link RecurrentSteps} computes number by number: one map for each step, forward and back. */
final class RecurrentPrograms {
  /** a, b: h'. */
  static final ScalarFunction TANH = ScalarFunction.of("rnn_tanh", in -> in[0].add(in[1]).tanh());
  /** a, b: h'. */
  static final ScalarFunction RELU = ScalarFunction.of("rnn_relu", in -> in[0].add(in[1]).relu());
  /** a and b of i, f, g, o; c: h', c', i, f, g, o. */
  static final ScalarFunction LSTM = ScalarFunction.several("lstm", in -> {
    var i = in[0].add(in[1]).sigmoid();
    var f = in[2].add(in[3]).sigmoid();
    var g = in[4].add(in[5]).tanh();
    var o = in[6].add(in[7]).sigmoid();
    var c = f.mul(in[8]).add(i.mul(g));
    return new Scalar[]{o.mul(c.tanh()), c, i, f, g, o};
  });
  /** a and b of r, z, n; h: h', r, z, n, b_n. */
  static final ScalarFunction GRU = ScalarFunction.several("gru", in -> {
    var r = in[0].add(in[1]).sigmoid();
    var z = in[2].add(in[3]).sigmoid();
    var n = in[4].add(r.mul(in[5])).tanh();
    return new Scalar[]{n.add(z.mul(in[6].sub(n))), r, z, n, in[5]};
  });

  /** The gradient of h', and h'. */
  static final ScalarFunction TANH_BACK = ScalarFunction.of("rnn_tanh_backward",
      in -> in[0].mul(in[1].square().neg().add(1)));
  /** The gradient of h', and h'. */
  static final ScalarFunction RELU_BACK = ScalarFunction.of("rnn_relu_backward",
      in -> in[1].gt(0).where(in[0], in[0].constantFor(0)));
  /** The gradients of h' and c'; i, f, g, o, c', c: those of the arguments of i, f, g, o, and of c. */
  static final ScalarFunction LSTM_BACK = ScalarFunction.several("lstm_backward", in -> {
    var dh = in[0];
    var i = in[2];
    var f = in[3];
    var g = in[4];
    var o = in[5];
    var t = in[6].tanh();
    var dc = in[1].add(dh.mul(o).mul(t.square().neg().add(1)));
    return new Scalar[]{dc.mul(g).mul(slope(i)), dc.mul(in[7]).mul(slope(f)),
        dc.mul(i).mul(g.square().neg().add(1)), dh.mul(t).mul(slope(o)), dc.mul(f)};
  });
  /** The gradient of h'; r, z, n, b_n, h: those of the arguments of r, z, n, of b_n, and of h past the gates. */
  static final ScalarFunction GRU_BACK = ScalarFunction.several("gru_backward", in -> {
    var dh = in[0];
    var r = in[1];
    var z = in[2];
    var n = in[3];
    var dn = dh.mul(z.neg().add(1)).mul(n.square().neg().add(1));
    return new Scalar[]{dn.mul(in[4]).mul(slope(r)), dh.mul(in[5].sub(n)).mul(slope(z)), dn, dn.mul(r),
        dh.mul(z)};
  });

  private RecurrentPrograms() {}

  /** The derivative of a sigmoid, by its value. */
  private static Scalar slope(Scalar sigmoid) {
    return sigmoid.mul(sigmoid.neg().add(1));
  }
}
