package io.jacquard.contract;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Concatenation, stacks, rows by index, one-hot rows. */
final class JoinOps {
  private JoinOps() {}

  static void cases(OpCases cases) {
    concat(cases);
    stack(cases);
    rows(cases);
    oneHot(cases);
  }

  private static void concat(OpCases cases) {
    var sizes = List.of(new long[]{2, 3}, new long[]{1}, new long[]{3, 0, 1}, new long[]{0},
        new long[]{1, 1, 1, 2});
    for (int dim = 0; dim < 3; dim++) {
      for (var of : sizes) {
        int d = dim;
        for (var lay : Given.ALL) {
          var type = Cases.pick(Cases.ALL, dim + sizes.indexOf(of) + lay.ordinal());
          var name = "along " + dim + " of " + Arrays.toString(of) + " " + lay;
          cases.add("concat", name + " " + type, type, random -> {
            var parts = Stream.of(0).flatMap(_ -> Arrays.stream(of).boxed())
                .map(n -> OpCases.numbers(type, Shape.of(2, 3, 2).with(d, n), -9, 9, random)).toList();
            var joined = parts.stream().reduce((a, b) -> a.concat(d, b)).orElseThrow();
            OpCases.check(type, joined, Tensor.concat(d - 3,
                parts.stream().map(p -> lay.tensor(type, p)).toArray(Tensor[]::new)));
          });
          if (lay != Given.WHOLE) continue;
          cases.gradients("concat", name, in -> Tensor.concat(d, in).square(),
              random -> Arrays.stream(of)
                  .mapToObj(n -> lay.random(Shape.of(1, 2, 1).with(d, n), -1, 1, random))
                  .toArray(Tensor[]::new));
        }
      }
    }
    cases.gradients("concat", "a tensor with itself",
        in -> Tensor.concat(0, in[0], in[0].mul(2), in[0]).square(),
        random -> new Tensor[]{Given.STEPPED.random(Shape.of(2, 2), -1, 1, random)});
    cases.add("concat", "the gradients of more tensors than a word has bits", _ -> {
      var parts = IntStream.range(0, 70).mapToObj(i -> Tensor.of((float) i)).toArray(Tensor[]::new);
      parts[3].requiresGrad();
      parts[69].requiresGrad();
      Tensor.concat(0, parts).mul(Tensor.arange(70)).sum().backward();
      OpCases.check(DType.FLOAT32, Plain.of(Shape.of(1), 3), parts[3].grad());
      OpCases.check(DType.FLOAT32, Plain.of(Shape.of(1), 69), parts[69].grad());
    });
  }

  private static void stack(OpCases cases) {
    for (int dim = -3; dim <= 2; dim++) {
      int d = dim;
      int at = Math.floorMod(dim, 3);
      for (var lay : Given.ALL) {
        cases.add("stack", "at " + dim + " " + lay, random -> {
          var a = OpCases.numbers(DType.FLOAT32, Shape.of(2, 3), -1, 1, random);
          var b = OpCases.numbers(DType.FLOAT32, Shape.of(2, 3), -1, 1, random);
          var one = Shape.of(2, 3).insert(at, 1);
          OpCases.check(DType.FLOAT32, a.reshape(one).concat(at, b.reshape(one)),
              Tensor.stack(d, lay.tensor(DType.FLOAT32, a), lay.tensor(DType.FLOAT32, b)));
        });
        cases.gradients("stack", "at " + dim + " " + lay, in -> Tensor.stack(d, in).square(),
            random -> new Tensor[]{lay.random(Shape.of(2, 2), -1, 1, random),
                lay.random(Shape.of(2, 2), -1, 1, random)});
      }
    }
    cases.add("stack", "scalars", _ -> OpCases.check(DType.FLOAT32, Plain.of(Shape.of(2), 4, 5),
        Tensor.stack(0, Tensor.scalar(4), Tensor.scalar(5))));
  }

  private record Table(Shape shape, long... index) {}

  private static void rows(OpCases cases) {
    for (var table : List.of(new Table(Shape.of(4), 3, 0, 3), new Table(Shape.of(4, 2), 1, 1, 1, 2),
        new Table(Shape.of(3, 2, 2), 2, 0), new Table(Shape.of(3, 2)), new Table(Shape.of(3, 0), 1, 2),
        new Table(Shape.of(1, 3), 0, 0, 0, 0, 0))) {
      var index = Plain.of(Shape.of(table.index.length), Arrays.stream(table.index).asDoubleStream()
          .toArray());
      for (var lay : Given.ALL) {
        for (var position : List.of(DType.INT32, DType.INT64)) {
          var type = Cases.pick(Cases.ALL, lay.ordinal() + table.index.length + position.ordinal());
          cases.add("index_select", table.shape + " by " + position + index.shape() + " " + type + " " + lay,
              type,
              random -> {
                var x = OpCases.numbers(type, table.shape, -9, 9, random);
                var chosen = Plain.fill(table.shape.with(0, table.index.length), i -> {
                  var own = i.clone();
                  own[0] = table.index[(int) i[0]];
                  return x.at(own);
                });
                OpCases.check(type, chosen, lay.tensor(type, x).gatherRows(lay.tensor(position, index)));
              });
        }
        cases.gradients("index_select", table.shape + " by " + index.shape() + " " + lay,
            in -> in[0].square().gatherRows(in[1]),
            random -> new Tensor[]{lay.random(table.shape, -1, 1, random), lay.tensor(DType.INT64, index)});
      }
    }
  }

  private static void oneHot(OpCases cases) {
    for (var shape : List.of(Shape.SCALAR, Shape.of(5), Shape.of(2, 3), Shape.of(0))) {
      for (var type : List.of(DType.INT32, DType.INT64, DType.UINT8)) {
        for (var lay : Given.ALL) {
          cases.add("one_hot", type + " " + shape + " " + lay, random -> {
            var x = OpCases.numbers(type, shape, 0, 4, random);
            var rows = Plain.fill(shape.insert(shape.rank(), 4), i -> {
              var own = Arrays.copyOf(i, i.length - 1);
              return x.at(own) == i[own.length] ? 1 : 0;
            });
            OpCases.check(DType.INT64, rows, lay.tensor(type, x).oneHot(4));
          });
        }
      }
    }
  }
}
