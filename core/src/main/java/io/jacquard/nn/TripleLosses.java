package io.jacquard.nn;

import io.jacquard.JacquardException;
import io.jacquard.ops.Reduce;
import io.jacquard.ops.ScalarFunction;
import io.jacquard.spi.Reduction.Fold;
import io.jacquard.tensor.Tensor;

/** The losses of three tensors that {@link Loss} names. */
final class TripleLosses {
  /** What PyTorch adds to squared lengths, so that no cosine divides by 0. */
  private static final double LENGTH_EPS = 1e-12;
  /** What PyTorch adds to differences, so that no distance is 0. */
  private static final double DISTANCE_EPS = 1e-6;

  private static final ScalarFunction COSINE = ScalarFunction.of("cosine",
      in -> in[0].div(in[1].add(LENGTH_EPS).mul(in[2].add(LENGTH_EPS)).sqrt()));

  private TripleLosses() {}

  static TripleLoss.Reducible marginRanking(double margin) {
    var each = ScalarFunction.of("margin_ranking",
        in -> Hinge.of(in[2].neg().mul(in[0].sub(in[1])).add(margin)));
    return (x1, x2, y) -> {
      Check.sameShape("margin_ranking", x1, x2);
      Check.sameShape("margin_ranking", x1, y);
      return LossTerms.of("margin_ranking", each, x1, x2, y);
    };
  }

  static TripleLoss.Reducible cosineEmbedding(double margin) {
    var each = ScalarFunction.of("cosine_embedding", in -> {
      var cosine = in[0];
      var zero = cosine.constantFor(0);
      return in[1].eq(1).where(cosine.rsub(1), zero)
          .add(in[1].eq(-1).where(Hinge.of(cosine.sub(margin)), zero));
    });
    return (x1, x2, y) -> {
      rows("cosine_embedding", x1, x2);
      if (!x1.shape().without(x1.rank() - 1).equals(y.shape())) {
        throw new JacquardException(
            "cosine_embedding: the tensors are " + x1.shape() + " and the target " + y.shape()
                + ", expected [N, D] and [N], or [D] and a scalar.");
      }
      var cosine = Tensor.apply(COSINE.on(x1.dtype(), x1.dtype(), x1.dtype()), x1.mul(x2).sum(-1),
          x1.square().sum(-1), x2.square().sum(-1))[0];
      return LossTerms.of("cosine_embedding", each, cosine, y);
    };
  }

  static TripleLoss.Reducible tripletMargin(double margin, double p, boolean swap) {
    if (!(p >= 1)) throw new JacquardException("triplet_margin: p is " + p + ", expected 1 or more.");
    if (!(margin > 0))
      throw new JacquardException("triplet_margin: margin is " + margin + ", expected more than 0.");
    var each = ScalarFunction.of("triplet_margin", in -> Hinge.of(in[0].sub(in[1]).add(margin)));
    var distance = new Distance(p);
    return (anchor, positive, negative) -> {
      rows("triplet_margin", anchor, positive);
      rows("triplet_margin", anchor, negative);
      var near = distance.of(anchor, positive);
      var far = distance.of(anchor, negative);
      if (swap) far = far.minimum(distance.of(positive, negative));
      return LossTerms.of("triplet_margin", each, near, far);
    };
  }

  /** Of rows, by the p-norm. */
  private record Distance(double p, ScalarFunction power) {
    Distance(double p) {
      this(p, ScalarFunction.of("distance", in -> {
        var d = in[0].sub(in[1]).add(DISTANCE_EPS);
        return p == 2 ? d.square() : p == 1 || p == Double.POSITIVE_INFINITY ? d.abs() : d.abs().pow(p);
      }));
    }

    Tensor of(Tensor a, Tensor b) {
      int last = a.rank() - 1;
      if (p == Double.POSITIVE_INFINITY)
        return Tensor.apply(power.on(a.dtype(), b.dtype()), a, b)[0].max(last);
      var each = power.program(a.dtype(), b.dtype());
      var sums = Tensor.apply(new Reduce("distance", Fold.SUM, each, new int[]{last}, false), a, b)[0];
      return p == 1 ? sums : p == 2 ? sums.sqrt() : sums.pow(1 / p);
    }
  }

  private static void rows(String loss, Tensor a, Tensor b) {
    if (a.shape().equals(b.shape()) && (a.rank() == 1 || a.rank() == 2) && a.dtype().isFloating()) return;
    throw new JacquardException(loss + ": the tensors are " + a.spec() + " and " + b.spec()
        + ", expected equal shapes [N, D] or [D] of floats.");
  }
}
