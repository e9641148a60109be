package io.jacquard.expr;

import io.jacquard.DType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/** Programs that no one wrote: operations on earlier values, chosen at random, kept within their domains. */
final class RandomProgram {
  private RandomProgram() {}

  /** A float64 program with two outputs. */
  static Program of(SplittableRandom random, int inputs, int operations) {
    return Program.ofAll(in -> {
      var values = new ArrayList<>(List.of(in));
      for (int i = 0; i < operations; i++) values.add(next(random, values));
      return new Scalar[]{values.getLast(), any(random, values)};
    }, Collections.nCopies(inputs, DType.FLOAT64).toArray(DType[]::new));
  }

  private static Scalar any(SplittableRandom random, List<Scalar> values) {
    return values.get(random.nextInt(values.size()));
  }

  private static Scalar next(SplittableRandom random, List<Scalar> values) {
    var a = any(random, values);
    var b = any(random, values);
    var c = any(random, values);
    return switch (random.nextInt(18)) {
      case 0 -> a.add(b);
      case 1 -> a.sub(b);
      case 2 -> a.tanh().mul(b);
      case 3 -> a.tanh().mul(b).add(c);
      case 4 -> a.div(b.square().add(1));
      case 5 -> a.sin();
      case 6 -> a.cos();
      case 7 -> a.sigmoid();
      case 8 -> a.erf();
      case 9 -> a.tanh().exp();
      case 10 -> a.square().log1p();
      case 11 -> a.square().add(0.5).sqrt();
      case 12 -> a.max(b);
      case 13 -> a.min(b);
      case 14 -> a.abs();
      case 15 -> a.square().add(0.5).pow(b.tanh());
      case 16 -> a.lt(b).where(c.gelu(), a.softplus());
      // the root and the logarithm are NaN where they are not taken
      default -> a.gt(0).where(a.sqrt().log(), b.mul(0.5));
    };
  }
}
