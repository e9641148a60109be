package io.jacquard.contract;

import static org.junit.jupiter.api.Assertions.assertSame;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** Views: what they show, in every type and from every layout, and that gradients come back through them. */
final class ViewOps {
  private ViewOps() {}

  /** @param moves whether data may have to be copied */
  private record Op(String row, String with, Shape from, UnaryOperator<Tensor> op,
      UnaryOperator<Plain> reference,
      boolean moves) {}

  private static final Shape CUBE = Shape.of(2, 3, 4);

  private static Op reshape(Shape from, long... sizes) {
    return new Op("reshape", from + " to " + Shape.of(sizes), from, x -> x.reshape(sizes),
        x -> x.reshape(Shape.of(sizes)), true);
  }

  private static Op permute(int... order) {
    return new Op("permute", Arrays.toString(order), CUBE, x -> x.permute(order),
        x -> x.permute(order),
        false);
  }

  /** As Python's start:end:step; what it must show is given by the first index and how many there are. */
  private static Op slice(int dim, long start, long end, long step, long first, long count) {
    return new Op("slice", dim + ", " + start + ":" + end + ":" + step, Shape.of(5, 6),
        x -> x.slice(dim, start, end, step), x -> x.slice(Math.floorMod(dim, 2), first, count, step), false);
  }

  private static Op expand(Shape from, long... sizes) {
    return new Op("expand", from + " to " + Shape.of(sizes), from, x -> x.expand(sizes),
        x -> x.expand(Shape.of(sizes)), false);
  }

  private static Op reshaping(String row, String with, Shape from, Shape to, UnaryOperator<Tensor> op) {
    return new Op(row, with, from, op, x -> x.reshape(to), true);
  }

  private static final List<Op> OPS = List.of(reshape(CUBE, 24), reshape(CUBE, 4, 6), reshape(CUBE, 6, 2, 2),
      reshape(CUBE, 2, 1, 12), reshape(CUBE, 1, 2, 3, 1, 4), reshape(Shape.of(1), new long[0]),
      reshape(Shape.SCALAR, 1, 1), reshape(Shape.of(0, 3), 3, 0, 2),
      new Op("reshape", "-1 fills", CUBE, x -> x.reshape(-1, 6), x -> x.reshape(Shape.of(4, 6)), true),
      permute(0, 1, 2), permute(0, 2, 1), permute(1, 0, 2), permute(1, 2, 0), permute(2, 0, 1),
      permute(2, 1, 0),
      new Op("permute", "[-1, 0, -2]", CUBE, x -> x.permute(-1, 0, -2), x -> x.permute(2, 0, 1), false),
      new Op("permute", "a scalar", Shape.SCALAR, Tensor::permute, x -> x, false),
      new Op("transpose", "0, 2", CUBE, x -> x.transpose(0, 2), x -> x.permute(2, 1, 0), false),
      new Op("transpose", "-1, -2", CUBE, x -> x.transpose(-1, -2), x -> x.permute(0, 2, 1), false),
      new Op("transpose", "mT", CUBE, Tensor::mT, x -> x.permute(0, 2, 1), false), slice(0, 1, 3, 1, 1, 2),
      slice(1, 0, 6, 2, 0, 3), slice(1, 1, 6, 2, 1, 3), slice(-1, 1, 5, 3, 1, 2), slice(0, -2, 5, 1, 3, 2),
      slice(0, 0, -1, 1, 0, 4), slice(1, -100, 100, 4, 0, 2), slice(0, 3, 3, 1, 3, 0),
      slice(0, 4, 2, 1, 4, 0),
      slice(0, 100, 200, 1, 0, 0), slice(0, -1, 100, 7, 4, 1),
      slice(0, 0, Long.MAX_VALUE, Long.MAX_VALUE, 0, 1),
      new Op("select", "0, 1", CUBE, x -> x.select(0, 1),
          x -> x.slice(0, 1, 1, 1).reshape(Shape.of(3, 4)), false),
      new Op("select", "1, -1", CUBE, x -> x.select(1, -1), x -> x.slice(1, 2, 1, 1).reshape(Shape.of(2, 4)),
          false),
      new Op("select", "-1, 0", CUBE, x -> x.select(-1, 0), x -> x.slice(2, 0, 1, 1).reshape(Shape.of(2, 3)),
          false),
      new Op("select", "of a vector", Shape.of(3), x -> x.select(0, 2),
          x -> x.slice(0, 2, 1, 1).reshape(Shape.SCALAR), false),
      expand(Shape.of(3, 1), 3, 4), expand(Shape.of(3, 1), 2, 3, 4), expand(Shape.of(4), 2, 4),
      expand(Shape.SCALAR, 2, 3), expand(Shape.of(1, 2), 0, 2), expand(Shape.of(2, 3), 2, 3),
      new Op("expand", "-1 keeps", Shape.of(2, 1), x -> x.expand(-1, 3), x -> x.expand(Shape.of(2, 3)),
          false),
      reshaping("squeeze", "1", Shape.of(2, 1, 3), Shape.of(2, 3), x -> x.squeeze(1)),
      reshaping("squeeze", "-2", Shape.of(2, 1, 3), Shape.of(2, 3), x -> x.squeeze(-2)),
      reshaping("squeeze", "a larger one stays", Shape.of(2, 1, 3), Shape.of(2, 1, 3), x -> x.squeeze(0)),
      reshaping("squeeze", "to a scalar", Shape.of(1), Shape.SCALAR, x -> x.squeeze(0)),
      reshaping("unsqueeze", "0", Shape.of(2, 3), Shape.of(1, 2, 3), x -> x.unsqueeze(0)),
      reshaping("unsqueeze", "1", Shape.of(2, 3), Shape.of(2, 1, 3), x -> x.unsqueeze(1)),
      reshaping("unsqueeze", "-1", Shape.of(2, 3), Shape.of(2, 3, 1), x -> x.unsqueeze(-1)),
      reshaping("unsqueeze", "a scalar", Shape.SCALAR, Shape.of(1), x -> x.unsqueeze(0)),
      reshaping("flatten", "all", CUBE, Shape.of(24), Tensor::flatten),
      reshaping("flatten", "from 1", CUBE, Shape.of(2, 12), x -> x.flatten(1)),
      reshaping("flatten", "from -1", CUBE, CUBE, x -> x.flatten(-1)),
      reshaping("flatten", "0 to 1", CUBE, Shape.of(6, 4), x -> x.flatten(0, 1)),
      reshaping("flatten", "0 to -2", Shape.of(2, 0, 3, 5), Shape.of(0, 5), x -> x.flatten(0, -2)),
      reshaping("flatten", "a scalar", Shape.SCALAR, Shape.of(1), Tensor::flatten));

  static void cases(OpCases cases) {
    for (var op : OPS) {
      int turn = OPS.indexOf(op);
      for (var lay : Given.ALL) {
        var type = Cases.pick(Cases.ALL, turn++);
        cases.add(op.row, op.with + " " + type + " " + lay, type, random -> {
          var x = OpCases.numbers(type, op.from, -9, 9, random);
          var tensor = lay.tensor(type, x);
          var y = op.op.apply(tensor);
          OpCases.check(type, op.reference.apply(x), y);
          if (!op.moves || lay == Given.WHOLE)
            assertSame(tensor.view().buffer(), y.view().buffer(), "data moved");
        });
        cases.gradients(op.row, op.with + " " + lay, in -> op.op.apply(in[0].mul(in[0])),
            random -> new Tensor[]{lay.random(op.from, -1, 1, random)});
      }
    }
    chains(cases);
  }

  /** Views of views, and what is computed on them. */
  private static void chains(OpCases cases) {
    cases.add("slice", "of a slice of a transpose", random -> {
      var x = OpCases.numbers(DType.FLOAT32, Shape.of(7, 9), -1, 1, random);
      OpCases.check(DType.FLOAT32, x.permute(1, 0).slice(0, 1, 4, 2).slice(1, 2, 2, 3).map(v -> 2 * v),
          Given.WHOLE.tensor(DType.FLOAT32, x).mT().slice(0, 1, 9, 2).slice(1, 2, 7, 3).mul(2));
    });
    cases.add("reshape", "an expanded tensor is copied", random -> {
      var x = OpCases.numbers(DType.FLOAT32, Shape.of(3, 1), -1, 1, random);
      OpCases.check(DType.FLOAT32, x.expand(Shape.of(3, 4)).reshape(Shape.of(12)),
          Given.STEPPED.tensor(DType.FLOAT32, x).expand(3, 4).reshape(12));
    });
    cases.gradients("expand", "then reduced over its copies", in -> in[0].expand(3, 2, 2).mul(in[1]).sum(0),
        random -> new Tensor[]{Given.WHOLE.random(Shape.of(2, 1), -1, 1, random),
            Given.TRANSPOSED.random(Shape.of(3, 2, 2), -1, 1, random)});
    cases.gradients("slice", "two that overlap", in -> in[0].slice(0, 0, 3).mul(in[0].slice(0, 1, 4)),
        random -> new Tensor[]{Given.STEPPED.random(Shape.of(4, 2), -1, 1, random)});
    cases.add("contiguous", "is the tensor itself where nothing is to do", _ -> {
      var x = Tensor.of(1f, 2f);
      assertSame(x, x.contiguous());
    });
  }
}
