package io.jacquard.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Elements in another order, cut into parts, repeated, or dropped from triangles: views, and what copies. */
final class ArrangementOps {
  private static final Shape CUBE = Shape.of(2, 3, 4);

  private ArrangementOps() {}

  static void cases(OpCases cases) {
    var ops = new ArrayList<Moved>();
    flips(ops);
    rolls(ops);
    repeats(ops);
    triangles(ops);
    diagonals(ops);
    windows(ops);
    orders(ops);
    parts(ops);
    for (int i = 0; i < ops.size(); i++) ops.get(i).cases(cases, i);
    views(cases);
    partSizes(cases);
    refusals(cases);
  }

  private static void flips(List<Moved> ops) {
    for (int[] dims : new int[][]{{0}, {1}, {-1}, {0, 2}, {2, 1, 0}, {}}) {
      var d = IntStream.of(dims).map(k -> Math.floorMod(k, 3)).toArray();
      ops.add(new Moved("flip", Arrays.toString(dims), CUBE, x -> x.flip(dims),
          x -> Moved.read(x, CUBE, index -> {
            var own = index.clone();
            for (int k : d) own[k] = CUBE.size(k) - 1 - own[k];
            return own;
          })));
    }
    ops.add(new Moved("flip", "[0]", Shape.of(0, 3), x -> x.flip(0), x -> x));
    ops.add(new Moved("flip", "[]", Shape.SCALAR, Tensor::flip, x -> x));
    ops.add(new Moved("flip", "twice, then a slice", Shape.of(5),
        x -> x.flip(0).slice(0, 1, 5, 2).flip(0),
        x -> Moved.read(x, Shape.of(2), i -> new long[]{1 + 2 * i[0]})));
  }

  private static void rolls(List<Moved> ops) {
    for (long shift : new long[]{0, 1, -1, 5, -10, 24}) {
      ops.add(new Moved("roll", "all by " + shift, CUBE, x -> x.roll(shift),
          x -> Plain.of(CUBE,
              IntStream.range(0, 24).mapToDouble(i -> x.values()[Math.floorMod(i - (int) shift, 24)])
                  .toArray())));
      ops.add(new Moved("roll", "dimension 1 by " + shift, CUBE, x -> x.roll(shift, -2),
          x -> Moved.read(x, CUBE, i -> new long[]{i[0], Math.floorMod(i[1] - shift, 3L), i[2]})));
    }
    ops.add(new Moved("roll", "two dimensions", CUBE, x -> x.roll(new long[]{1, -1}, new int[]{0, 2}),
        x -> Moved.read(x, CUBE, i -> new long[]{(i[0] + 1) % 2, i[1], (i[2] + 1) % 4})));
    ops.add(new Moved("roll", "nothing", Shape.of(3, 0), x -> x.roll(2, 1), x -> x));
  }

  private static Moved repeat(Shape from, long... times) {
    return new Moved("repeat", Arrays.toString(times), from, x -> x.repeat(times), x -> repeated(x, times));
  }

  private static Moved tile(Shape from, long... times) {
    var all = LongStream.concat(LongStream.generate(() -> 1).limit(Math.max(0, from.rank() - times.length)),
        LongStream.of(times)).toArray();
    return new Moved("tile", Arrays.toString(times), from, x -> x.tile(times), x -> repeated(x, all));
  }

  private static Plain repeated(Plain x, long... times) {
    int missing = times.length - x.rank();
    var sizes = times.clone();
    for (int d = missing; d < sizes.length; d++) sizes[d] *= x.shape().size(d - missing);
    return Moved.read(x, Shape.of(sizes), index -> {
      var own = Arrays.copyOfRange(index, missing, index.length);
      for (int d = 0; d < own.length; d++) own[d] %= x.shape().size(d);
      return own;
    });
  }

  private static void repeats(List<Moved> ops) {
    for (var op : List.of(repeat(Shape.of(3), 2), repeat(Shape.of(3), 2, 4), repeat(Shape.of(2, 3), 1, 2),
        repeat(Shape.of(2, 1), 3, 3), repeat(Shape.of(2), 0), repeat(Shape.SCALAR, 3), repeat(Shape.SCALAR),
        tile(Shape.of(2, 3), 2), tile(Shape.of(2, 3), 2, 1), tile(Shape.of(3), 2, 2), tile(Shape.SCALAR, 2),
        tile(Shape.of(2, 2)))) {
      ops.add(op);
    }
    for (int times : new int[]{0, 1, 3}) {
      for (int dim : new int[]{0, 1, -1}) {
        int d = Math.floorMod(dim, 3);
        ops.add(
            new Moved("repeat_interleave", times + " along " + dim, CUBE, x -> x.repeatInterleave(times, dim),
                x -> Moved.read(x, CUBE.with(d, times * CUBE.size(d)), index -> {
                  var own = index.clone();
                  own[d] /= times;
                  return own;
                })));
      }
    }
  }

  private static void triangles(List<Moved> ops) {
    for (var from : List.of(Shape.of(3, 3), Shape.of(2, 4, 3), Shape.of(3, 5), Shape.of(2, 0, 3),
        Shape.of(1, 2, 2, 3))) {
      for (int k : new int[]{-2, 0, 1, 9}) {
        int last = from.rank() - 1;
        ops.add(new Moved("tril", String.valueOf(k), from, x -> x.tril(k),
            x -> Plain.fill(from, i -> i[last] - i[last - 1] <= k ? x.at(i) : 0)));
        ops.add(new Moved("triu", String.valueOf(k), from, x -> x.triu(k),
            x -> Plain.fill(from, i -> i[last] - i[last - 1] >= k ? x.at(i) : 0)));
      }
    }
  }

  private static void diagonals(List<Moved> ops) {
    for (int k : new int[]{-3, -1, 0, 1, 2, 4}) {
      var matrix = Shape.of(3, 4);
      long length = Math.max(0, Math.min(3 + Math.min(k, 0), 4 - Math.max(k, 0)));
      ops.add(new Moved("diagonal", String.valueOf(k), matrix, x -> x.diagonal(k, 0, 1),
          x -> Moved.read(x, Shape.of(length),
              i -> new long[]{i[0] + Math.max(0, -k), i[0] + Math.max(0, k)})));
      ops.add(new Moved("diag", "of a matrix " + k, matrix, x -> x.diag(k),
          x -> Moved.read(x, Shape.of(length),
              i -> new long[]{i[0] + Math.max(0, -k), i[0] + Math.max(0, k)})));
      long n = 3 + Math.abs(k);
      ops.add(new Moved("diag", "of a vector " + k, Shape.of(3), x -> x.diag(k),
          x -> Plain.fill(Shape.of(n, n), i -> i[1] - i[0] == k ? x.at(Math.min(i[0], i[1])) : 0)));
    }
    ops.add(new Moved("diagonal", "of a batch", CUBE, x -> x.diagonal(1, -2, -1),
        x -> Moved.read(x, Shape.of(2, 3), i -> new long[]{i[0], i[1], i[1] + 1})));
    ops.add(new Moved("diagonal", "across", CUBE, x -> x.diagonal(0, 2, 0),
        x -> Moved.read(x, Shape.of(3, 2), i -> new long[]{i[1], i[0], i[1]})));
  }

  private static void windows(List<Moved> ops) {
    for (long[] w : new long[][]{{0, 1, 1}, {0, 3, 1}, {0, 7, 2}, {0, 2, 3}, {0, 3, 3}}) {
      ops.add(new Moved("unfold", Arrays.toString(w), Shape.of(7), x -> x.unfold((int) w[0], w[1], w[2]),
          x -> Moved.read(x, Shape.of((7 - w[1]) / w[2] + 1, w[1]), i -> new long[]{i[0] * w[2] + i[1]})));
    }
    ops.add(new Moved("unfold", "inner", Shape.of(2, 5, 3), x -> x.unfold(1, 3, 1),
        x -> Moved.read(x, Shape.of(2, 3, 3, 3), i -> new long[]{i[0], i[1] + i[3], i[2]})));
    ops.add(new Moved("unfold", "twice", Shape.of(4, 3), x -> x.unfold(0, 2, 2).unfold(-2, 2, 1),
        x -> Moved.read(x, Shape.of(2, 2, 2, 2), i -> new long[]{2 * i[0] + i[2], i[1] + i[3]})));
  }

  private static void orders(List<Moved> ops) {
    ops.add(new Moved("movedim", "0 to 2", CUBE, x -> x.movedim(0, 2), x -> x.permute(1, 2, 0)));
    ops.add(new Moved("movedim", "-1 to 0", CUBE, x -> x.movedim(-1, 0), x -> x.permute(2, 0, 1)));
    ops.add(new Moved("movedim", "1 to -1", CUBE, x -> x.movedim(1, -1), x -> x.permute(0, 2, 1)));
    ops.add(new Moved("movedim", "1 to 1", CUBE, x -> x.movedim(1, 1), x -> x));
    ops.add(new Moved("swapdims", "0 and 2", CUBE, x -> x.swapdims(0, 2), x -> x.permute(2, 1, 0)));
    ops.add(new Moved("swapdims", "-1 and 1", CUBE, x -> x.swapdims(-1, 1), x -> x.permute(0, 2, 1)));
  }

  private static Moved part(String op, String with, Function<Tensor, Tensor[]> cut, int which, int dim,
      long start,
      long count) {
    return new Moved(op, with + " part " + which, Shape.of(2, 7), x -> cut.apply(x)[which],
        x -> x.slice(dim, start, count, 1));
  }

  private static void parts(List<Moved> ops) {
    ops.add(part("split", "3 along 1", x -> x.split(3, 1), 0, 1, 0, 3));
    ops.add(part("split", "3 along 1", x -> x.split(3, -1), 2, 1, 6, 1));
    ops.add(part("split", "1", x -> x.split(1), 1, 0, 1, 1));
    ops.add(part("split", "sizes", x -> x.split(new long[]{2, 0, 5}, 1), 1, 1, 2, 0));
    ops.add(part("split", "sizes", x -> x.split(new long[]{2, 0, 5}, 1), 2, 1, 2, 5));
    ops.add(part("chunk", "3 along 1", x -> x.chunk(3, 1), 1, 1, 3, 3));
    ops.add(part("chunk", "4 along 1", x -> x.chunk(4, 1), 3, 1, 6, 1));
    ops.add(part("chunk", "2", x -> x.chunk(2), 1, 0, 1, 1));
    ops.add(part("chunk", "9 along 0", x -> x.chunk(9, 0), 1, 0, 1, 1));
    ops.add(new Moved("split", "joined again", CUBE, x -> Tensor.concat(2, x.split(3, 2)), x -> x));
  }

  private static void partSizes(OpCases cases) {
    cases.add("chunk", "numbers of parts are PyTorch's", _ -> {
      assertEquals(5, Tensor.zeros(10).chunk(5).length);
      assertEquals(5, Tensor.zeros(9).chunk(5).length);
      assertEquals(3, Tensor.zeros(5).chunk(4).length);
      assertEquals(4, Tensor.zeros(0, 2).chunk(4).length);
      assertEquals(1, Tensor.zeros(0, 2).split(4).length);
      assertEquals(3, Tensor.zeros(7).split(3).length);
    });
  }

  /** What moves no data shares memory. */
  private static void views(OpCases cases) {
    var x = CUBE;
    var views = List.<Function<Tensor, Tensor>>of(t -> t.flip(0, 2), t -> t.unfold(2, 2, 1),
        t -> t.diagonal(0, 1, 2),
        t -> t.split(2, 2)[1], t -> t.movedim(0, 1), t -> t.swapdims(0, 2));
    var names = List.of("flip", "unfold", "diagonal", "split", "movedim", "swapdims");
    for (int i = 0; i < names.size(); i++) {
      var view = views.get(i);
      cases.add(names.get(i), "moves no data", random -> {
        var tensor = Given.STEPPED.tensor(DType.FLOAT32, Plain.random(x, 0, 1, random));
        assertSame(tensor.view().buffer(), view.apply(tensor).view().buffer());
      });
    }
    for (var lay : Given.ALL) {
      for (var type : Cases.NUMBERS) {
        cases.add("trace", type + " " + lay, type, random -> {
          var m = OpCases.numbers(type, Shape.of(3, 4), -9, 9, random);
          OpCases.check(type.isFloating() ? type : DType.INT64,
              Plain.scalar(m.at(0, 0) + m.at(1, 1) + m.at(2, 2)),
              lay.tensor(type, m).trace());
        });
      }
      cases.gradients("trace", lay.toString(), in -> in[0].square().trace(),
          random -> new Tensor[]{lay.random(Shape.of(3, 2), -1, 1, random)});
    }
    cases.add("trace", "nothing",
        _ -> OpCases.check(DType.FLOAT32, Plain.scalar(0), Tensor.zeros(0, 3).trace()));
  }

  private static void refusals(OpCases cases) {
    cases.refused("flip", "a dimension twice", () -> Tensor.zeros(2, 3).flip(0, -2), "flip", "[0, -2]",
        "[2, 3]", "twice");
    cases.refused("flip", "one that is not there", () -> Tensor.zeros(2, 3).flip(2), "flip", "dimension 2",
        "[2, 3]");
    cases.refused("flip", "a scalar's", () -> Tensor.scalar(1).flip(0), "flip", "scalar");
    cases.refused("roll", "a dimension that is not there", () -> Tensor.zeros(2).roll(1, 1), "roll",
        "dimension 1", "[2]");
    cases.refused("roll", "a scalar's", () -> Tensor.scalar(1).roll(1, 0), "roll", "scalar");
    cases.refused("roll", "other numbers of shifts", () -> Tensor.zeros(2).roll(new long[2], new int[1]),
        "roll", "2 shifts",
        "1 dimensions");
    cases.refused("repeat", "too few", () -> Tensor.zeros(2, 3).repeat(2), "repeat", "[2]", "[2, 3]", "tile");
    cases.refused("repeat", "negative numbers", () -> Tensor.zeros(2).repeat(-1), "repeat", "[-1]", "from 0");
    cases.refused("repeat", "none", () -> Tensor.zeros(2).repeat(), "repeat", "at least 1");
    cases.refused("tile", "negative numbers", () -> Tensor.zeros(2, 3).tile(-1), "repeat", "-1");
    cases.refused("tile", "negative leading ones", () -> Tensor.zeros(2).tile(-2, 1), "[-2, 1]");
    cases.refused("tile", "negative last ones", () -> Tensor.zeros(2).tile(1, -2), "[1, -2]");
    cases.refused("repeat_interleave", "negative numbers", () -> Tensor.zeros(2).repeatInterleave(-1, 0),
        "-1 times");
    cases.refused("repeat_interleave", "a dimension that is not there",
        () -> Tensor.zeros(2).repeatInterleave(1, 1), "[2]");
    cases.refused("repeat_interleave", "a scalar's", () -> Tensor.scalar(1).repeatInterleave(2, 0), "scalar");
    for (var shape : List.of(Shape.SCALAR, Shape.of(0), Shape.of(3))) {
      var vector = Arrays.toString(shape.sizes());
      cases.refused("tril", vector, () -> Tensor.zeros(shape.sizes()).tril(), "tril", vector, "rank 2");
      cases.refused("triu", vector, () -> Tensor.zeros(shape.sizes()).triu(1), "triu", vector, "rank 2");
    }
    cases.refused("diag", "a scalar", () -> Tensor.scalar(1).diag(), "diag", "[]");
    cases.refused("diag", "a batch", () -> Tensor.zeros(2, 2, 2).diag(), "diag", "[2, 2, 2]", "diagonal");
    cases.refused("diag", "rank 4", () -> Tensor.zeros(1, 1, 1, 1).diag(2), "diag", "[1, 1, 1, 1]");
    cases.refused("diagonal", "one dimension twice", () -> Tensor.zeros(2, 3).diagonal(0, 1, -1), "diagonal",
        "1 and -1");
    cases.refused("diagonal", "a vector", () -> Tensor.zeros(2).diagonal(), "diagonal", "dimension 1", "[2]");
    cases.refused("diagonal", "one that is not there", () -> Tensor.zeros(2, 3).diagonal(0, 0, 5), "diagonal",
        "dimension 5");
    cases.refused("trace", "a vector", () -> Tensor.zeros(2).trace(), "trace", "[2]");
    cases.refused("trace", "a batch", () -> Tensor.zeros(2, 2, 2).trace(), "trace", "[2, 2, 2]", "diagonal");
    cases.refused("trace", "a scalar", () -> Tensor.scalar(2).trace(), "trace", "[]");
    cases.refused("unfold", "too large a window", () -> Tensor.zeros(2, 3).unfold(1, 4, 1), "unfold", "4",
        "[2, 3]", "1 to 3");
    cases.refused("unfold", "no step", () -> Tensor.zeros(3).unfold(0, 2, 0), "unfold", "every 0", "step");
    cases.refused("unfold", "no window", () -> Tensor.zeros(3).unfold(0, 0, 1), "unfold", "windows of 0");
    cases.refused("movedim", "from what is not there", () -> Tensor.zeros(2, 3).movedim(2, 0), "movedim",
        "dimension 2");
    cases.refused("movedim", "to what is not there", () -> Tensor.zeros(2, 3).movedim(0, -3), "movedim",
        "dimension -3");
    cases.refused("movedim", "a scalar's", () -> Tensor.scalar(1).movedim(0, 0), "movedim", "scalar");
    cases.refused("swapdims", "what is not there", () -> Tensor.zeros(2, 3).swapdims(0, 2), "dimension 2");
    cases.refused("swapdims", "what is not there first", () -> Tensor.zeros(2, 3).swapdims(-3, 0),
        "dimension -3");
    cases.refused("swapdims", "a scalar's", () -> Tensor.scalar(1).swapdims(0, 0), "scalar");
    cases.refused("split", "parts of nothing", () -> Tensor.zeros(3).split(0), "split", "parts of 0", "[3]");
    cases.refused("split", "other sizes", () -> Tensor.zeros(2, 3).split(new long[]{1, 1}, 1), "split",
        "[1, 1]", "add up to 3");
    cases.refused("split", "negative sizes", () -> Tensor.zeros(2, 3).split(new long[]{4, -1}, 1), "split",
        "[4, -1]");
    cases.refused("chunk", "no chunks", () -> Tensor.zeros(3).chunk(0), "chunk", "0 chunks");
    cases.refused("chunk", "a scalar", () -> Tensor.scalar(1).chunk(2), "chunk", "scalar");
    cases.refused("chunk", "a dimension that is not there", () -> Tensor.zeros(2).chunk(2, 3), "chunk",
        "dimension 3");
  }
}
