package io.jacquard.contract;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.ops.Linear;
import io.jacquard.tensor.Tensor;
import java.util.List;

/** Matrix products: vectors, matrices, batches that broadcast, empty ones; and the op of the linear layer. */
final class ProductOps {
  private ProductOps() {}

  private record Pair(Shape a, Shape b, Shape product) {
    @Override
    public String toString() {
      return a + " x " + b;
    }
  }

  private static Pair pair(Shape a, Shape b, long... product) {
    return new Pair(a, b, Shape.of(product));
  }

  private static final List<Pair> SMALL = List.of(pair(Shape.of(3), Shape.of(3)),
      pair(Shape.of(3), Shape.of(3, 2), 2), pair(Shape.of(2, 3), Shape.of(3), 2),
      pair(Shape.of(2, 3), Shape.of(3, 2), 2, 2), pair(Shape.of(1, 3), Shape.of(3, 1), 1, 1),
      pair(Shape.of(2, 2, 3), Shape.of(3, 2), 2, 2, 2), pair(Shape.of(2, 3), Shape.of(2, 3, 2), 2, 2, 2),
      pair(Shape.of(2, 2, 3), Shape.of(2, 3, 1), 2, 2, 1),
      pair(Shape.of(2, 1, 1, 3), Shape.of(2, 3, 2), 2, 2, 1, 2),
      pair(Shape.of(3), Shape.of(2, 3, 2), 2, 2), pair(Shape.of(2, 2, 3), Shape.of(3), 2, 2),
      pair(Shape.of(2, 0), Shape.of(0, 3), 2, 3), pair(Shape.of(2, 2, 0), Shape.of(0, 3), 2, 2, 3),
      pair(Shape.of(0, 2, 3), Shape.of(3, 2), 0, 2, 2), pair(Shape.of(2, 3), Shape.of(3, 0), 2, 0));

  private static final List<Pair> LARGER = List.of(pair(Shape.of(17, 33), Shape.of(33, 19), 17, 19),
      pair(Shape.of(65, 70), Shape.of(70, 64), 65, 64),
      pair(Shape.of(3, 9, 40), Shape.of(3, 40, 11), 3, 9, 11),
      pair(Shape.of(4, 5, 31), Shape.of(31, 7), 4, 5, 7), pair(Shape.of(129), Shape.of(129, 33), 33),
      pair(Shape.of(2, 1, 8, 9), Shape.of(3, 9, 8), 2, 3, 8, 8));

  static void cases(OpCases cases) {
    for (var pair : SMALL) {
      values(cases, pair);
      for (var lay : Given.ALL) {
        cases.gradients("matmul", pair + " " + lay, in -> in[0].matmul(in[1]),
            random -> new Tensor[]{lay.random(pair.a, -1, 1, random), lay.random(pair.b, -1, 1, random)});
      }
    }
    for (var pair : LARGER) values(cases, pair);
    cases.gradients("matmul", "of a matrix with itself", in -> in[0].matmul(in[0]),
        random -> new Tensor[]{Given.STEPPED.random(Shape.of(3, 3), -1, 1, random)});
    cases.gradients("matmul", "of a matrix with its transpose", in -> in[0].matmul(in[0].mT()),
        random -> new Tensor[]{Given.WHOLE.random(Shape.of(2, 3), -1, 1, random)});
    linear(cases);
  }

  private static void values(OpCases cases, Pair pair) {
    for (var type : List.of(DType.FLOAT32, DType.FLOAT64, DType.INT32, DType.INT64)) {
      for (var lay : Given.ALL) {
        cases.add("matmul", type + " " + pair + " " + lay, type, random -> {
          var a = OpCases.numbers(type, pair.a, -1, 1, random);
          var b = OpCases.numbers(type, pair.b, -1, 1, random);
          var left = a.rank() == 1 ? a.reshape(a.shape().insert(0, 1)) : a;
          var right = b.rank() == 1 ? b.reshape(b.shape().insert(1, 1)) : b;
          OpCases.check(type, left.matmul(right).reshape(pair.product),
              lay.tensor(type, a).matmul(lay.tensor(type, b)));
        });
      }
    }
  }

  private record Sizes(long rows, long in, long out) {}

  private static void linear(OpCases cases) {
    for (var s : List.of(new Sizes(4, 3, 2), new Sizes(1, 1, 1), new Sizes(32, 65, 10), new Sizes(0, 3, 2),
        new Sizes(3, 0, 2), new Sizes(33, 17, 65))) {
      for (var type : Cases.FLOATS) {
        for (var lay : Given.ALL) {
          cases.add("linear", type + " " + s + " " + lay, type, random -> {
            var x = OpCases.numbers(type, Shape.of(s.rows, s.in), -1, 1, random);
            var weight = OpCases.numbers(type, Shape.of(s.out, s.in), -1, 1, random);
            var bias = OpCases.numbers(type, Shape.of(s.out), -1, 1, random);
            OpCases.check(type, x.matmul(weight.permute(1, 0)).zip(bias, Double::sum),
                Tensor.apply(new Linear(),
                    lay.tensor(type, x), lay.tensor(type, weight), lay.tensor(type, bias))[0]);
          });
        }
      }
    }
    for (var s : List.of(new Sizes(2, 3, 2), new Sizes(0, 2, 3), new Sizes(2, 0, 2))) {
      for (var lay : Given.ALL) {
        cases.gradients("linear", s + " " + lay, in -> Tensor.apply(new Linear(), in)[0],
            random -> new Tensor[]{lay.random(Shape.of(s.rows, s.in), -1, 1, random),
                lay.random(Shape.of(s.out, s.in), -1, 1, random),
                lay.random(Shape.of(s.out), -1, 1, random)});
      }
    }
  }
}
