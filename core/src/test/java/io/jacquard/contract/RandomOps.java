package io.jacquard.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.expr.Philox;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Random tensors: that they are the function of seed, draw and place that they should be, and distributed as named. */
final class RandomOps {
  private RandomOps() {}

  /** With a generator of its own, so that a case's numbers do not depend on other cases. */
  private static Tensor seeded(long seed, Supplier<Tensor> made) {
    var result = new Tensor[1];
    var generator = new Generator(seed);
    Generator.with(generator, () -> result[0] = made.get());
    generator.base(Device.current()).close();
    return result[0];
  }

  static void cases(OpCases cases) {
    philox(cases);
    uniform(cases);
    normal(cases);
    integers(cases);
    permutations(cases);
    bernoulli(cases);
    multinomial(cases);
    reproducible(cases);
    refusals(cases);
  }

  /** On every backend the same bits: those that the host computes. */
  private static void philox(OpCases cases) {
    for (var shape : List.of(Shape.SCALAR, Shape.of(1), Shape.of(7), Shape.of(1025), Shape.of(3, 5, 7),
        Shape.of(0, 3))) {
      for (long seed : new long[]{0, 42, -1}) {
        cases.add("rand", "is Philox " + shape + " of seed " + seed, _ -> {
          var x = seeded(seed, () -> {
            Tensor.rand(3); // draw 0
            return Tensor.rand(shape.sizes());
          });
          var expected = IntStream.range(0, (int) shape.numel()).mapToDouble(i -> Philox.uniform(seed, 1, i))
              .toArray();
          assertArrayEquals(expected, x.toDoubles());
          assertEquals(shape, x.shape());
        });
        cases.add("rand", "float64 has 48 bits " + shape + " of seed " + seed, DType.FLOAT64, _ -> {
          var x = seeded(seed, () -> Tensor.rand(Device.current(), DType.FLOAT64, shape));
          var expected = IntStream.range(0, (int) shape.numel())
              .mapToDouble(i -> Philox.uniform(seed, 0, i) + 0x1p-24 * Philox.uniform(seed, 1, i)).toArray();
          assertArrayEquals(expected, x.toDoubles());
        });
        cases.add("randint", "is Philox " + shape + " of seed " + seed, _ -> {
          var x = seeded(seed, () -> Tensor.randint(-5, 1000, shape));
          var expected = LongStream.range(0, shape.numel()).map(i -> {
            long high = (long) (Philox.uniform(seed, 0, i) * 0x1p24);
            long low = (long) (Philox.uniform(seed, 1, i) * 0x1p24);
            return -5 + ((high << 24) + low) % 1005;
          }).toArray();
          assertArrayEquals(expected, x.toLongs());
        });
      }
    }
  }

  /** The largest distance between the numbers' distribution function and another (Kolmogorov's statistic, times sqrt n). */
  private static double kolmogorov(double[] numbers, DoubleUnaryOperator distribution) {
    var sorted = numbers.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    double worst = 0;
    for (int i = 0; i < n; i++) {
      double p = distribution.applyAsDouble(sorted[i]);
      worst = Math.max(worst, Math.max(p - (double) i / n, (i + 1.0) / n - p));
    }
    return worst * Math.sqrt(n);
  }

  /** Exceeded by chance once in some 2000 samples; seeds are fixed. */
  private static final double KOLMOGOROV = 2.0;

  /** Pearson's statistic, in standard deviations above its expectation. */
  private static double chiSquare(long[] numbers, double... shares) {
    var counts = new double[shares.length];
    for (long k : numbers) counts[(int) k]++;
    double sum = 0;
    int free = -1;
    for (int k = 0; k < shares.length; k++) {
      double expected = shares[k] * numbers.length;
      if (expected == 0) {
        assertEquals(0, counts[k], "class " + k + " has no weight");
        continue;
      }
      sum += (counts[k] - expected) * (counts[k] - expected) / expected;
      free++;
    }
    return free == 0 ? 0 : (sum - free) / Math.sqrt(2.0 * free);
  }

  private static void uniform(OpCases cases) {
    for (int seed = 0; seed < 4; seed++) {
      long s = seed;
      for (var type : Cases.FLOATS) {
        cases.add("rand", "is uniform " + type + " seed " + s, type, _ -> {
          var x = seeded(s, () -> Tensor.rand(Device.current(), type, Shape.of(40, 50))).toDoubles();
          assertTrue(Arrays.stream(x).allMatch(v -> v >= 0 && v < 1));
          assertTrue(kolmogorov(x, v -> v) < KOLMOGOROV);
        });
      }
      cases.add("uniform", "between bounds, seed " + s, _ -> {
        var x = seeded(s, () -> Tensor.uniform(-3, 5, Shape.of(4000))).toDoubles();
        assertTrue(Arrays.stream(x).allMatch(v -> v >= -3 && v < 5));
        assertTrue(kolmogorov(x, v -> (v + 3) / 8) < KOLMOGOROV);
      });
      cases.add("uniform", "never reaches the upper bound, seed " + s, _ -> {
        for (float high : new float[]{1.0000001f, 1e10f, -1, 16777216}) {
          float low = Math.nextDown(Math.nextDown(high));
          var x = seeded(s, () -> Tensor.uniform(low, high, Shape.of(1000))).toDoubles();
          assertTrue(Arrays.stream(x).allMatch(v -> v >= low && v < high));
        }
      });
      for (var type : List.of(DType.BFLOAT16, DType.FLOAT16)) {
        cases.add("rand", "never reaches 1 in " + type + " seed " + s, _ -> {
          var x = seeded(s, () -> Tensor.rand(Device.current(), type, Shape.of(5000)));
          assertEquals(type, x.dtype());
          assertTrue(Arrays.stream(x.toDoubles()).allMatch(v -> v >= 0 && v < 1));
          assertEquals(0.5, x.to(DType.FLOAT32).mean().item(), 0.02);
        });
      }
    }
    cases.add("uniform", "of one number", _ -> OpCases.check(DType.FLOAT32, Plain.of(Shape.of(3), 2, 2, 2),
        Tensor.uniform(2, 2, Shape.of(3))));
  }

  private static void normal(OpCases cases) {
    for (int seed = 0; seed < 5; seed++) {
      long s = seed;
      for (var type : Cases.FLOATS) {
        cases.add("randn", "is normal " + type + " seed " + s, type, _ -> {
          var x = seeded(s, () -> Tensor.randn(Device.current(), type, Shape.of(40, 50))).toDoubles();
          assertTrue(kolmogorov(x, v -> 0.5 * (1 + Erf.erf(v / Math.sqrt(2)))) < KOLMOGOROV);
          assertTrue(Arrays.stream(x).allMatch(Double::isFinite));
        });
        cases.add("randn", "has the moments of normal numbers " + type + " seed " + s, type, _ -> {
          var x = seeded(s, () -> Tensor.randn(Device.current(), type, Shape.of(5000)));
          assertEquals(0, x.mean().item(), 0.06);
          assertEquals(1, x.var().item(), 0.1);
          assertEquals(0, x.pow(3).mean().item(), 0.25);
          assertEquals(3, x.pow(4).mean().item(), 0.6);
        });
      }
      cases.add("normal", "with mean and deviation, seed " + s, _ -> {
        var x = seeded(s, () -> Tensor.normal(-4, 0.5, Shape.of(4000))).toDoubles();
        assertTrue(kolmogorov(x, v -> 0.5 * (1 + Erf.erf((v + 4) / 0.5 / Math.sqrt(2)))) < KOLMOGOROV);
      });
      for (long n : new long[]{0, 1, 3}) {
        cases.add("normal", n + " numbers, seed " + s, _ -> assertEquals(Shape.of(n, 2),
            seeded(s, () -> Tensor.randn(n, 2)).shape()));
      }
    }
    cases.add("normal", "without deviation", _ -> OpCases.check(DType.FLOAT32, Plain.of(Shape.of(2), 3, 3),
        Tensor.normal(3, 0, Shape.of(2))));
    cases.add("randn", "neighbours do not depend on each other", _ -> {
      var x = seeded(1, () -> Tensor.randn(20_000));
      assertEquals(0, x.slice(0, 0, 19_999).mul(x.slice(0, 1, 20_000)).mean().item(), 0.03);
    });
  }

  private static void integers(OpCases cases) {
    for (int seed = 0; seed < 3; seed++) {
      long s = seed;
      for (int n : new int[]{1, 2, 7, 100}) {
        cases.add("randint", n + " numbers are equally likely, seed " + s, _ -> {
          var x = seeded(s, () -> Tensor.randint(0, n, Shape.of(40, 75))).toLongs();
          var shares = new double[n];
          Arrays.fill(shares, 1.0 / n);
          assertTrue(chiSquare(x, shares) < 4);
        });
      }
      cases.add("randint", "large bounds, seed " + s, _ -> {
        long low = Long.MAX_VALUE - (1L << 32);
        var x = seeded(s, () -> Tensor.randint(low, Long.MAX_VALUE, Shape.of(1000))).toLongs();
        assertTrue(Arrays.stream(x).allMatch(v -> v >= low));
        assertEquals(0.5, Arrays.stream(x).mapToDouble(v -> (v - low) * 0x1p-32).average().orElseThrow(),
            0.05);
      });
    }
  }

  private static void permutations(OpCases cases) {
    for (int n : new int[]{0, 1, 2, 17, 1000}) {
      for (long s = 0; s < 4; s++) {
        long seed = s;
        cases.add("randperm", n + " numbers, seed " + seed, _ -> {
          var x = seeded(seed, () -> Tensor.randperm(n)).toLongs();
          var sorted = x.clone();
          Arrays.sort(sorted);
          assertArrayEquals(LongStream.range(0, n).toArray(), sorted);
          if (n > 10) assertFalse(Arrays.equals(sorted, x));
        });
      }
    }
    cases.add("randperm", "all orders are equally likely", _ -> {
      var orders = new long[1200];
      var x = seeded(5, () -> {
        var rows = IntStream.range(0, orders.length).mapToObj(_ -> Tensor.randperm(3)).toArray(Tensor[]::new);
        return Tensor.stack(0, rows);
      }).toLongs();
      // the first number, and whether the other two are in order, tell the six orders apart
      for (int i = 0; i < orders.length; i++)
        orders[i] = 2 * x[3 * i] + (x[3 * i + 1] < x[3 * i + 2] ? 1 : 0);
      double p = 1.0 / 6;
      assertTrue(chiSquare(orders, p, p, p, p, p, p) < 4);
    });
  }

  private static void bernoulli(OpCases cases) {
    for (var lay : Given.ALL) {
      for (var type : Cases.FLOATS_AND_HALVES) {
        cases.add("bernoulli", "zeros and ones, " + type + " " + lay, type, _ -> {
          var p = Plain.fill(Shape.of(3, 1000), i -> i[0] / 2.0);
          var x = seeded(3, () -> lay.tensor(type, p).bernoulli());
          assertEquals(type, x.dtype());
          assertEquals(p.shape(), x.shape());
          var means = x.to(DType.FLOAT32).mean(1).toDoubles();
          assertEquals(0, means[0]);
          assertEquals(0.5, means[1], 0.06);
          assertEquals(1, means[2]);
        });
        cases.add("bernoulli", "does not depend on the layout, " + type + " " + lay, type, random -> {
          var p = OpCases.numbers(type, Shape.of(5, 7), 0, 1, random);
          assertArrayEquals(seeded(3, () -> Given.WHOLE.tensor(type, p).bernoulli()).toDoubles(),
              seeded(3, () -> lay.tensor(type, p).bernoulli()).toDoubles());
        });
      }
    }
    cases.add("bernoulli", "what is no probability gives NaN", _ -> OpCases.check(DType.FLOAT32,
        Plain.of(Shape.of(4), Double.NaN, Double.NaN, Double.NaN, 1),
        Tensor.of(-0.1f, 1.1f, Float.NaN, 1f).bernoulli()));
    cases.add("bernoulli", "has gradient 0", _ -> {
      var p = Tensor.of(0.3f, 0.6f).requiresGrad();
      p.bernoulli().sum().backward();
      OpCases.check(DType.FLOAT32, Plain.of(Shape.of(2), 0, 0), p.grad());
    });
  }

  private static final double[][] WEIGHTS = {{1}, {1, 1}, {0, 3, 0, 1, 4}, {5, 0, 0}, {0, 0, 2},
      {1e30, 2e30, 1e30}};

  private static void multinomial(OpCases cases) {
    for (var weights : WEIGHTS) {
      var given = Arrays.toString(weights);
      double sum = Arrays.stream(weights).sum();
      var shares = Arrays.stream(weights).map(w -> w / sum).toArray();
      long positive = Arrays.stream(weights).filter(w -> w > 0).count();
      for (var type : Cases.FLOATS) {
        for (var lay : Given.ALL) {
          cases.add("multinomial", "with replacement " + given + " " + type + " " + lay, type, _ -> {
            var w = lay.tensor(type, Plain.of(Shape.of(weights.length), weights));
            var x = seeded(7, () -> w.multinomial(1000, true));
            assertEquals(Shape.of(1000), x.shape());
            assertTrue(chiSquare(x.toLongs(), shares) < 4);
          });
          cases.add("multinomial", "without replacement " + given + " " + type + " " + lay, type, _ -> {
            // many rows at once: each has every class with a weight once
            var rows = lay.tensor(type, Plain.of(Shape.of(weights.length), weights)).expand(400, -1);
            var x = seeded(8, () -> rows.multinomial(positive));
            assertEquals(Shape.of(400, positive), x.shape());
            var numbers = x.toLongs();
            for (int row = 0; row < 400; row++) {
              var classes = Arrays.stream(numbers, (int) (row * positive), (int) ((row + 1) * positive))
                  .distinct();
              assertEquals(positive, classes.filter(k -> weights[(int) k] > 0).count());
            }
            // the first is distributed as with replacement
            assertTrue(chiSquare(x.select(1, 0).toLongs(), shares) < 4);
          });
        }
      }
    }
    cases.add("multinomial", "the second follows from what is left", _ -> {
      var x = seeded(9, () -> Tensor.of(1f, 2f, 3f).expand(6000, -1).multinomial(2)).toLongs();
      var pairs = new long[6000];
      for (int i = 0; i < pairs.length; i++) pairs[i] = 3 * x[2 * i] + x[2 * i + 1];
      assertTrue(chiSquare(pairs, 0, 1 / 6.0 * 2 / 5, 1 / 6.0 * 3 / 5, 2 / 6.0 * 1 / 4, 0, 2 / 6.0 * 3 / 4,
          3 / 6.0 * 1 / 3, 3 / 6.0 * 2 / 3, 0) < 4);
    });
    cases.add("multinomial", "each row by its own weights", _ -> {
      var w = Tensor.of(new float[][]{{0, 1, 0}, {0, 0, 7}, {2, 0, 0}});
      for (boolean replacement : new boolean[]{false, true}) {
        OpCases.check(DType.INT64, Plain.of(Shape.of(3, 1), 1, 2, 0), w.multinomial(1, replacement));
      }
    });
    cases.add("multinomial", "many classes", _ -> {
      var x = seeded(10, () -> Tensor.ones(2000).multinomial(2000)).toLongs();
      assertEquals(2000, Arrays.stream(x).distinct().count());
      assertEquals(999.5, Arrays.stream(x, 0, 1000).average().orElseThrow(), 60);
    });
    cases.add("multinomial", "nothing", _ -> {
      assertEquals(Shape.of(0), Tensor.ones(3).multinomial(0).shape());
      assertEquals(Shape.of(0, 2), Tensor.zeros(0, 3).multinomial(2, true).shape());
      assertEquals(Shape.of(2, 0), Tensor.zeros(2, 0).multinomial(0).shape());
    });
  }

  private static void reproducible(OpCases cases) {
    var made = List.<Supplier<Tensor>>of(() -> Tensor.rand(5, 7), () -> Tensor.randn(5, 7),
        () -> Tensor.randperm(20),
        () -> Tensor.randint(0, 9, Shape.of(20)),
        () -> Tensor.full(Shape.of(20), DType.FLOAT32, 0.5).bernoulli(),
        () -> Tensor.ones(20).multinomial(5), () -> Tensor.ones(20).multinomial(5, true));
    var names = List.of("rand", "randn", "randperm", "randint", "bernoulli", "multinomial", "multinomial");
    for (int i = 0; i < names.size(); i++) {
      var one = made.get(i);
      cases.add(names.get(i), "is the same for a seed, another for the next draw or seed " + i, _ -> {
        var first = seeded(1, one).toDoubles();
        assertArrayEquals(first, seeded(1, one).toDoubles());
        assertFalse(Arrays.equals(first, seeded(2, one).toDoubles()));
        assertFalse(Arrays.equals(first, seeded(1, () -> {
          var before = one.get();
          assertFalse(before.isClosed());
          return one.get();
        }).toDoubles()));
      });
    }
    cases.add("rand", "an element does not depend on the shape", _ -> {
      var x = seeded(1, () -> Tensor.rand(40)).toDoubles();
      assertArrayEquals(x, seeded(1, () -> Tensor.rand(5, 8)).toDoubles());
      assertArrayEquals(Arrays.copyOf(x, 7), seeded(1, () -> Tensor.rand(7)).toDoubles());
    });
  }

  private static void refusals(OpCases cases) {
    cases.refused("rand", "integers", () -> Tensor.rand(Device.current(), DType.INT64, Shape.of(2)), "rand",
        "int64",
        "randint");
    cases.refused("rand", "a negative size", () -> Tensor.rand(-1), "[-1]", "negative");
    cases.refused("rand", "bools", () -> Tensor.rand(Device.current(), DType.BOOL, Shape.of(2)), "bool");
    cases.refused("uniform", "bounds in the wrong order", () -> Tensor.uniform(1, 0, Shape.of(2)), "uniform",
        "1.0", "0.0");
    cases.refused("uniform", "NaN as a bound", () -> Tensor.uniform(0, Double.NaN, Shape.of(2)), "NaN");
    cases.refused("uniform", "infinite bounds",
        () -> Tensor.uniform(0, Double.POSITIVE_INFINITY, Shape.of(2)), "finite");
    cases.refused("randn", "integers", () -> Tensor.randn(Device.current(), DType.INT32, Shape.of(2)),
        "randn", "int32");
    cases.refused("normal", "a negative deviation", () -> Tensor.normal(0, -1, Shape.of(2)), "normal",
        "-1.0");
    cases.refused("normal", "NaN as deviation", () -> Tensor.normal(0, Double.NaN, Shape.of(2)), "NaN");
    cases.refused("randint", "an empty range", () -> Tensor.randint(3, 3, Shape.of(2)), "randint",
        "from 3 to below 3");
    cases.refused("randint", "too wide a range", () -> Tensor.randint(0, 1L << 33, Shape.of(2)), "2^32");
    cases.refused("randint", "a range beyond a long", () -> Tensor.randint(Long.MIN_VALUE, 2, Shape.of(2)),
        "2^32");
    cases.refused("randperm", "a negative number", () -> Tensor.randperm(-2), "randperm", "-2");
    cases.refused("bernoulli", "integers", () -> Tensor.of(1).bernoulli(), "bernoulli", "int32", "floating");
    cases.refused("bernoulli", "bools", () -> Tensor.of(true).bernoulli(), "bool");
    cases.refused("multinomial", "a negative weight", () -> Tensor.of(1f, -1f).multinomial(1), "multinomial",
        "negative");
    cases.refused("multinomial", "NaN", () -> Tensor.of(1f, Float.NaN).multinomial(1, true), "NaN");
    cases.refused("multinomial", "infinity", () -> Tensor.of(1f, Float.POSITIVE_INFINITY).multinomial(1),
        "infinite");
    cases.refused("multinomial", "zeros only", () -> Tensor.zeros(3).multinomial(1, true), "0 classes",
        "at least 1");
    cases.refused("multinomial", "a row of zeros",
        () -> Tensor.of(new float[][]{{1, 0}, {0, 0}}).multinomial(1),
        "[2, 2]", "0 classes");
    cases.refused("multinomial", "too few classes", () -> Tensor.of(1f, 0f, 2f).multinomial(3), "2 classes",
        "at least 3",
        "replacement");
    cases.refused("multinomial", "no classes", () -> Tensor.zeros(2, 0).multinomial(1, true), "0 classes");
    cases.refused("multinomial", "a scalar", () -> Tensor.scalar(1).multinomial(1), "float32[]",
        "one or two");
    cases.refused("multinomial", "three dimensions", () -> Tensor.ones(1, 1, 1).multinomial(1), "[1, 1, 1]");
    cases.refused("multinomial", "integers", () -> Tensor.of(1, 2).multinomial(1), "int32", "floats");
    cases.refused("multinomial", "a negative number", () -> Tensor.ones(2).multinomial(-1), "-1 samples");
  }
}
