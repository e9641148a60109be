package io.jacquard.contract;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.ops.AttentionOptions;
import io.jacquard.tensor.Tensor;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Attention: values by the textbook's formula, gradients by differences, what dropout and masks do, wrong use. */
final class AttentionOps {
  private static final String NAME = "scaled_dot_product_attention";
  private static final AttentionOptions PLAIN = AttentionOptions.defaults();

  private AttentionOps() {}

  static void cases(OpCases cases) {
    for (var s : SIZES) {
      for (var kind : Kind.values()) {
        for (var lay : Given.ALL) {
          for (var type : Cases.FLOATS) values(cases, s, kind, lay, type);
          if (s.small()) gradients(cases, s, kind, lay);
        }
      }
    }
    broadcasting(cases);
    edges(cases);
    dropout(cases);
    wrongUse(cases);
  }

  /** @param queries places of the query, as {@code keys} of key and value */
  private record Sizes(List<Long> batch, long queries, long keys, long width, long values) {
    Shape shape(long rows, long columns) {
      var sizes = new long[batch.size() + 2];
      for (int d = 0; d < batch.size(); d++) sizes[d] = batch.get(d);
      sizes[batch.size()] = rows;
      sizes[batch.size() + 1] = columns;
      return Shape.of(sizes);
    }

    boolean small() {
      return shape(queries, keys).numel() <= 24;
    }
  }

  private static final List<Sizes> SIZES = List.of(new Sizes(List.of(), 3, 4, 2, 3),
      new Sizes(List.of(2L), 1, 5, 3, 1), new Sizes(List.of(2L, 2L), 3, 2, 1, 2),
      new Sizes(List.of(3L), 17, 33, 5, 19), new Sizes(List.of(2L), 67, 131, 16, 8),
      new Sizes(List.of(9L), 9, 9, 4, 4));

  /** What is given beside query, key and value. */
  private enum Kind {
    NOTHING, CAUSAL, CHOSEN, ADDED, ADDED_CAUSAL;

    boolean causal() {
      return this == CAUSAL || this == ADDED_CAUSAL;
    }

    /** A mask of the scores' shape, but for the first dimension, which is 1 where there are three; null for none. */
    @Nullable
    Plain mask(Sizes s, SplittableRandom random) {
      var scores = s.shape(s.queries, s.keys);
      var shape = scores.rank() > 2 ? scores.with(0, 1) : scores;
      return switch (this) {
        case CHOSEN -> Plain.random(shape, 0, 1, random).map(x -> x < 0.3 ? 0 : 1);
        case ADDED, ADDED_CAUSAL -> OpCases.numbers(DType.FLOAT32, shape, -3, 3, random);
        default -> null;
      };
    }

    DType type(DType of) {
      return this == CHOSEN ? DType.BOOL : of;
    }
  }

  /** By the formula; rows that see nothing are 0. */
  static Plain expected(Plain q, Plain k, Plain v, @Nullable Plain mask, boolean chosen, boolean causal,
      double scale) {
    int rank = q.rank();
    long keys = k.shape().size(-2);
    return Plain.fill(q.shape().with(rank - 1, v.shape().size(-1)), index -> {
      var scores = new double[(int) keys];
      double max = Double.NEGATIVE_INFINITY;
      for (int j = 0; j < keys; j++) {
        double s = 0;
        for (int e = 0; e < q.shape().size(-1); e++)
          s += at(q, index, index[rank - 2], e) * at(k, index, j, e);
        s *= scale;
        if (mask != null) {
          double m = at(mask, index, index[rank - 2], j);
          s = chosen ? m != 0 ? s : Double.NEGATIVE_INFINITY : s + m;
        }
        scores[j] = causal && j > index[rank - 2] ? Double.NEGATIVE_INFINITY : s;
        max = Math.max(max, scores[j]);
      }
      if (max == Double.NEGATIVE_INFINITY) return 0;
      double sum = 0;
      double y = 0;
      for (int j = 0; j < keys; j++) {
        double e = Math.exp(scores[j] - max);
        sum += e;
        y += e * at(v, index, j, index[rank - 1]);
      }
      return y / sum;
    });
  }

  private static double at(Plain x, long[] batch, long row, long column) {
    var index = new long[x.rank()];
    int missing = batch.length - x.rank();
    for (int d = 0; d < index.length - 2; d++) index[d] = x.shape().size(d) == 1 ? 0 : batch[d + missing];
    index[index.length - 2] = x.shape().size(-2) == 1 ? 0 : row;
    index[index.length - 1] = x.shape().size(-1) == 1 ? 0 : column;
    return x.at(index);
  }

  private static void values(OpCases cases, Sizes s, Kind kind, Given lay, DType type) {
    cases.add(NAME, type + " " + s + " " + kind + " " + lay, type, random -> {
      var q = OpCases.numbers(type, s.shape(s.queries, s.width), -2, 2, random);
      var k = OpCases.numbers(type, s.shape(s.keys, s.width), -2, 2, random);
      var v = OpCases.numbers(type, s.shape(s.keys, s.values), -2, 2, random);
      var mask = kind.mask(s, random);
      var options = options(kind, mask == null ? null : lay.tensor(kind.type(type), mask));
      var expected = expected(q, k, v, mask, kind == Kind.CHOSEN, kind.causal(), 1 / Math.sqrt(s.width));
      OpCases.check(type, expected, lay.tensor(type, q)
          .scaledDotProductAttention(lay.tensor(type, k), lay.tensor(type, v), options));
    });
  }

  private static AttentionOptions options(Kind kind, @Nullable Tensor mask) {
    var options = PLAIN.mask(mask);
    return kind.causal() ? options.causal() : options;
  }

  private static void gradients(OpCases cases, Sizes s, Kind kind, Given lay) {
    boolean added = kind.type(DType.FLOAT64) == DType.FLOAT64 && kind != Kind.NOTHING && kind != Kind.CAUSAL;
    cases.gradients(NAME, s + " " + kind + " " + lay, in -> {
      var mask = in.length > 3 ? in[3] : null;
      return in[0].scaledDotProductAttention(in[1], in[2], options(kind, mask));
    }, random -> {
      var q = lay.random(s.shape(s.queries, s.width), -2, 2, random);
      var k = lay.random(s.shape(s.keys, s.width), -2, 2, random);
      var v = lay.random(s.shape(s.keys, s.values), -2, 2, random);
      var plain = kind.mask(s, random);
      if (plain == null) return new Tensor[]{q, k, v};
      return new Tensor[]{q, k, v, lay.tensor(added ? DType.FLOAT64 : DType.BOOL, plain)};
    });
  }

  private static void broadcasting(OpCases cases) {
    cases.add(NAME, "of keys that all heads share", random -> {
      var q = OpCases.numbers(DType.FLOAT32, Shape.of(2, 3, 4, 5), -2, 2, random);
      var k = OpCases.numbers(DType.FLOAT32, Shape.of(3, 6, 5), -2, 2, random);
      var v = OpCases.numbers(DType.FLOAT32, Shape.of(2, 1, 6, 2), -2, 2, random);
      var given = Given.WHOLE;
      OpCases.check(DType.FLOAT32, expected(q, k, v, null, false, false, 0.5), given.tensor(DType.FLOAT32, q)
          .scaledDotProductAttention(given.tensor(DType.FLOAT32, k), given.tensor(DType.FLOAT32, v),
              PLAIN.scale(0.5)));
    });
    cases.add(NAME, "with a negative scale", random -> {
      var x = OpCases.numbers(DType.FLOAT32, Shape.of(2, 9, 5), -2, 2, random);
      var t = Given.TRANSPOSED.tensor(DType.FLOAT32, x);
      OpCases.check(DType.FLOAT32, expected(x, x, x, null, false, true, -0.7),
          t.scaledDotProductAttention(t, t, PLAIN.causal().scale(-0.7)));
    });
  }

  private static void edges(OpCases cases) {
    cases.add(NAME, "of one key is its value", _ -> {
      var v = Tensor.of(new float[][]{{3, -1}});
      OpCases.check(DType.FLOAT32, Plain.of(Shape.of(2, 2), 3, -1, 3, -1),
          Tensor.ones(2, 4).scaledDotProductAttention(Tensor.ones(1, 4), v));
    });
    cases.add(NAME, "without keys is 0", _ -> {
      var q = Tensor.ones(2, 4).requiresGrad();
      var y = q.scaledDotProductAttention(Tensor.zeros(0, 4), Tensor.zeros(0, 3));
      OpCases.check(DType.FLOAT32, Plain.of(Shape.of(2, 3), 0, 0, 0, 0, 0, 0), y);
      y.sum().backward();
      OpCases.check(DType.FLOAT32, Plain.fill(Shape.of(2, 4), _ -> 0), q.grad());
    });
    cases.add(NAME, "without queries",
        _ -> OpCases.check(DType.FLOAT32, Plain.of(Shape.of(0, 3)),
            Tensor.ones(0, 4).scaledDotProductAttention(Tensor.zeros(2, 4), Tensor.zeros(2, 3))));
    cases.add(NAME, "where nothing may be looked at is 0, as is its gradient", _ -> {
      var q = Tensor.ones(2, 2).requiresGrad();
      var v = Tensor.of(new float[][]{{1, 2}, {3, 4}}).requiresGrad();
      var mask = Tensor.of(false, false, true, true).reshape(2, 2);
      var y = q.scaledDotProductAttention(Tensor.ones(2, 2), v, PLAIN.mask(mask));
      OpCases.check(DType.FLOAT32, Plain.of(Shape.of(2, 2), 0, 0, 2, 3), y);
      y.sum().backward();
      OpCases.check(DType.FLOAT32, Plain.of(Shape.of(2, 2), 0, 0, 0, 0), q.grad());
      OpCases.check(DType.FLOAT32, Plain.of(Shape.of(2, 2), 0.5, 0.5, 0.5, 0.5), v.grad());
    });
    cases.add(NAME, "of large scores", _ -> {
      var q = Tensor.of(new float[][]{{1000, 0}, {0, 1000}});
      OpCases.check(DType.FLOAT32, Plain.of(Shape.of(2, 2), 5, 6, 7, 8),
          q.scaledDotProductAttention(q, Tensor.of(new float[][]{{5, 6}, {7, 8}})));
    });
    cases.add(NAME, "a NaN stays in its row", _ -> {
      double nan = Double.NaN;
      var q = Tensor.of(new float[][]{{Float.NaN, 1}, {1, 1}});
      OpCases.check(DType.FLOAT32, Plain.of(Shape.of(2, 2), nan, nan, 1, 1),
          q.scaledDotProductAttention(Tensor.ones(3, 2), Tensor.ones(3, 2)));
    });
    for (var half : List.of(DType.BFLOAT16, DType.FLOAT16)) {
      cases.add(NAME, "of " + half + " by float32", _ -> {
        var x = Tensor.of(new float[][]{{0, 0}, {0, 0}}).to(half);
        var v = Tensor.of(new float[][]{{1, 2}, {3, 5}}).to(half);
        OpCases.check(half, Plain.of(Shape.of(2, 2), 2, 3.5, 2, 3.5), x.scaledDotProductAttention(x, v));
      });
    }
  }

  private static void dropout(OpCases cases) {
    var shape = Shape.of(2, 70, 140);
    for (var type : Cases.FLOATS) {
      cases.add(NAME, "dropout in " + type + " zeroes a share and scales the rest", type, random -> {
        // With equal scores and the unit matrix as value, the result is the weights themselves.
        var q = Tensor.zeros(cases.device(), type, Shape.of(2, 70, 3));
        var k = Tensor.zeros(cases.device(), type, Shape.of(2, 140, 3));
        var v = Given.WHOLE.tensor(type, Plain.fill(Shape.of(140, 140), i -> i[0] == i[1] ? 140 : 0));
        var y = q.scaledDotProductAttention(k, v, PLAIN.dropout(0.25)).toDoubles();
        long dropped = 0;
        for (double weight : y) {
          if (weight == 0) dropped++;
          else
            OpCases.check(DType.FLOAT64, Plain.scalar(0),
                Tensor.of(Math.abs(weight - 4 / 3.0) < 1e-5 ? 0.0 : weight).sum());
        }
        double share = dropped / (double) shape.numel();
        OpCases.check(DType.FLOAT64, Plain.scalar(0),
            Tensor.of(Math.abs(share - 0.25) < 0.02 ? 0.0 : share).sum());
      });
    }
    cases.add(NAME, "dropout of everything", _ -> {
      var x = Tensor.ones(2, 3).requiresGrad();
      var y = x.scaledDotProductAttention(x, x, PLAIN.dropout(1));
      OpCases.check(DType.FLOAT32, Plain.fill(Shape.of(2, 3), _ -> 0), y);
      y.sum().backward();
      OpCases.check(DType.FLOAT32, Plain.fill(Shape.of(2, 3), _ -> 0), x.grad());
    });
    cases.add(NAME, "dropout drops the same weights in the gradient", _ -> {
      var q = Tensor.zeros(9, 2);
      var v = Tensor.ones(5, 1).requiresGrad();
      var y = q.scaledDotProductAttention(Tensor.zeros(5, 2), v, PLAIN.dropout(0.5));
      y.sum().backward();
      // Values are ones, so the sum of their gradients is the sum of the results.
      OpCases.check(DType.FLOAT32, Plain.scalar(y.sum().item()), v.grad().sum());
    });
  }

  private static void wrongUse(OpCases cases) {
    var x = Shape.of(2, 3);
    cases.refused(NAME, "integers", () -> ints(x).scaledDotProductAttention(ints(x), ints(x)), NAME, "int32",
        "floating");
    cases.refused(NAME, "two types",
        () -> Tensor.zeros(2, 3).scaledDotProductAttention(Tensor.zeros(2, 3).to(DType.FLOAT16),
            Tensor.zeros(2, 3)),
        NAME, "float16", "one floating type");
    cases.refused(NAME, "vectors",
        () -> Tensor.zeros(3).scaledDotProductAttention(Tensor.zeros(3), Tensor.zeros(3)),
        NAME, "[3]", "two dimensions");
    cases.refused(NAME, "keys of another width",
        () -> Tensor.zeros(2, 3).scaledDotProductAttention(Tensor.zeros(2, 4), Tensor.zeros(2, 3)), NAME,
        "[2, 3]",
        "[2, 4]", "heads");
    cases.refused(NAME, "more values than keys",
        () -> Tensor.zeros(2, 3).scaledDotProductAttention(Tensor.zeros(2, 3), Tensor.zeros(5, 3)), NAME,
        "[5, 3]");
    cases.refused(NAME, "batches that do not broadcast", () -> Tensor.zeros(2, 2, 3)
        .scaledDotProductAttention(Tensor.zeros(3, 2, 3), Tensor.zeros(2, 3)), NAME, "[2]", "[3]");
    cases.refused(NAME, "a mask of another shape", () -> masked(Tensor.zeros(2, 4)), NAME, "[2, 4]",
        "[2, 2]");
    cases.refused(NAME, "a mask of more dimensions", () -> masked(Tensor.zeros(5, 2, 2)), NAME, "[5, 2, 2]");
    cases.refused(NAME, "a mask of integers", () -> masked(ints(Shape.of(2, 2))), NAME, "int32", "bool");
    cases.refused(NAME, "a dropout above 1", () -> PLAIN.dropout(1.5), NAME, "1.5", "probability");
    cases.refused(NAME, "an infinite scale", () -> PLAIN.scale(Double.POSITIVE_INFINITY), NAME, "Infinity");
  }

  private static Tensor ints(Shape shape) {
    return Tensor.of(new int[(int) shape.numel()], shape);
  }

  private static Tensor masked(Tensor mask) {
    var x = Tensor.zeros(2, 3);
    return x.scaledDotProductAttention(x, x, PLAIN.mask(mask));
  }
}
