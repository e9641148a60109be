package io.jacquard.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.tensor.Tensor;
import java.util.List;

/** Tensors that follow a rule. */
final class CreationOps {
  private CreationOps() {}

  static void cases(OpCases cases) {
    like(cases);
    eye(cases);
    linspace(cases);
    arange(cases);
  }

  private static void like(OpCases cases) {
    for (var shape : List.of(Shape.SCALAR, Shape.of(7), Shape.of(2, 0), Shape.of(3, 4))) {
      for (var type : Cases.ALL) {
        var lay = Cases.pick(Given.ALL, type.ordinal());
        cases.add("full_like", type + " " + shape + " " + lay, type, random -> {
          var x = lay.tensor(type, OpCases.numbers(type, shape, -9, 9, random));
          var zeros = Plain.fill(shape, _ -> 0);
          OpCases.check(type, zeros, Tensor.zerosLike(x));
          OpCases.check(type, zeros.map(_ -> 1), Tensor.onesLike(x));
          OpCases.check(type, zeros.map(_ -> type == DType.BOOL ? 1 : 3), Tensor.fullLike(x, 3));
          assertFalse(Tensor.zerosLike(x.to(DType.FLOAT32).requiresGrad()).isRecorded());
        });
      }
    }
  }

  private static void eye(OpCases cases) {
    for (long rows = 0; rows < 5; rows++) {
      for (long columns = 0; columns < 5; columns++) {
        long n = rows;
        long m = columns;
        cases.add("eye", n + " by " + m, _ -> OpCases.check(DType.FLOAT32,
            Plain.fill(Shape.of(n, m), i -> i[0] == i[1] ? 1 : 0),
            n == m ? Tensor.eye(n) : Tensor.eye(n, m)));
      }
    }
    cases.refused("eye", "negative rows", () -> Tensor.eye(-1), "[-1, -1]", "negative");
    cases.refused("eye", "negative columns", () -> Tensor.eye(2, -3), "[2, -3]", "negative");
    cases.refused("eye", "too many", () -> Tensor.eye(1L << 40, 1L << 40), "long");
  }

  private static void linspace(OpCases cases) {
    for (long steps : new long[]{0, 1, 2, 3, 10, 101, 1000}) {
      for (double[] ends : new double[][]{{0, 1}, {-3, 7}, {5, -5}, {2, 2}}) {
        cases.add("linspace", ends[0] + " to " + ends[1] + " in " + steps, _ -> {
          var y = Tensor.linspace(ends[0], ends[1], steps);
          OpCases.check(DType.FLOAT32,
              Plain.fill(Shape.of(steps),
                  i -> steps == 1 ? ends[0] : ends[0] + i[0] * (ends[1] - ends[0]) / (steps - 1)),
              y);
          if (steps > 1) assertEquals(ends[1], y.select(0, -1).item());
          if (steps > 0) assertEquals(ends[0], y.select(0, 0).item());
        });
      }
    }
    cases.refused("linspace", "negative steps", () -> Tensor.linspace(0, 1, -1), "linspace", "-1 steps");
  }

  private static void arange(OpCases cases) {
    for (long[] a : new long[][]{{0, 10, 1}, {3, 10, 3}, {10, 0, -1}, {10, 0, -3}, {5, 5, 1}, {-7, 8, 5},
        {0, 1, 9}}) {
      cases.add("arange", a[0] + ", " + a[1] + ", " + a[2], _ -> OpCases.check(DType.INT64,
          Plain.fill(Shape.of(Math.ceilDiv(a[1] - a[0], a[2])), i -> a[0] + i[0] * a[2]),
          Tensor.arange(a[0], a[1], a[2])));
    }
    cases.refused("arange", "a step of 0", () -> Tensor.arange(0, 5, 0), "arange", "steps of 0");
    cases.refused("arange", "a step away from the end", () -> Tensor.arange(0, 5, -1), "arange", "0 to 5",
        "-1");
    cases.refused("arange", "a step up", () -> Tensor.arange(5, 0, 2), "arange", "5 to 0");
  }
}
