package io.jacquard.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.ops.PoolOptions;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/** Pooling of one to three dimensions against plain loops, its gradients, ties and NaN. */
final class PoolOps {
  private PoolOps() {}

  private record Sample(Shape x, PoolOptions options, int... kernel) {
    int rank() {
      return kernel.length;
    }

    Tensor max(Tensor in) {
      return switch (rank()) {
        case 1 -> in.maxPool1d(options, kernel[0]);
        case 2 -> in.maxPool2d(options, kernel);
        default -> in.maxPool3d(options, kernel);
      };
    }

    Tensor average(Tensor in) {
      return switch (rank()) {
        case 1 -> in.avgPool1d(options, kernel[0]);
        case 2 -> in.avgPool2d(options, kernel);
        default -> in.avgPool3d(options, kernel);
      };
    }

    @Override
    public String toString() {
      return x + " by " + Arrays.toString(kernel) + options;
    }
  }

  private static final PoolOptions PLAIN = PoolOptions.defaults();

  private static final List<Sample> BOTH = List.of(new Sample(Shape.of(1, 1, 4, 4), PLAIN, 2, 2),
      new Sample(Shape.of(2, 3, 5, 4), PLAIN, 2, 2), new Sample(Shape.of(2, 2, 5, 5), PLAIN.stride(1), 2, 3),
      new Sample(Shape.of(1, 2, 5, 4), PLAIN.stride(2).padding(1), 3, 3),
      new Sample(Shape.of(1, 2, 6, 3), PLAIN.stride(3, 2), 2, 1),
      new Sample(Shape.of(1, 1, 5, 5), PLAIN.withCeilMode(), 2, 2),
      new Sample(Shape.of(1, 2, 6, 7), PLAIN.stride(2).padding(1).withCeilMode(), 3, 2),
      new Sample(Shape.of(1, 1, 4, 4), PLAIN.stride(3).padding(0, 1).withCeilMode(), 2, 2),
      new Sample(Shape.of(3, 4, 4), PLAIN, 2, 2), new Sample(Shape.of(2, 2, 7), PLAIN, 3),
      new Sample(Shape.of(2, 7), PLAIN.stride(2).padding(1), 3),
      new Sample(Shape.of(1, 2, 3, 4, 4), PLAIN.stride(1, 2, 2), 2, 2, 2),
      new Sample(Shape.of(1, 1, 4, 5), PLAIN.stride(1), 4, 4), new Sample(Shape.of(0, 2, 4, 4), PLAIN, 2, 2),
      new Sample(Shape.of(1, 1, 3, 3), PLAIN, 1, 1), new Sample(Shape.of(1, 2, 3, 3), PLAIN, 3, 3));

  private static final List<Sample> LARGER = List.of(new Sample(Shape.of(3, 64, 12, 12), PLAIN, 2, 2),
      new Sample(Shape.of(2, 17, 13, 15), PLAIN.stride(2).padding(1), 3, 3),
      new Sample(Shape.of(2, 33, 8, 8), PLAIN, 8, 8),
      new Sample(Shape.of(1, 5, 30, 31), PLAIN.stride(4), 2, 3));

  private static final List<Sample> MAX_ONLY = List.of(
      new Sample(Shape.of(1, 1, 7, 6), PLAIN.dilation(2), 2, 3),
      new Sample(Shape.of(1, 2, 6, 6), PLAIN.dilation(1, 2).stride(1).padding(1), 2, 2),
      new Sample(Shape.of(1, 1, 8, 8), PLAIN.dilation(3).stride(2).withCeilMode(), 2, 2));

  private static final List<Sample> AVERAGE_ONLY = List.of(
      new Sample(Shape.of(1, 2, 5, 4), PLAIN.stride(2).padding(1).excludingPadding(), 3, 3),
      new Sample(Shape.of(1, 1, 6, 7), PLAIN.stride(2).padding(1).withCeilMode().excludingPadding(), 3, 2),
      new Sample(Shape.of(1, 2, 4, 4), PLAIN.dividingBy(7), 2, 2),
      new Sample(Shape.of(1, 1, 5, 5), PLAIN.padding(1).withCeilMode().dividingBy(2), 3, 3));

  static void cases(OpCases cases) {
    for (var sample : BOTH) {
      max(cases, sample, true);
      average(cases, sample, true);
    }
    for (var sample : LARGER) {
      max(cases, sample, false);
      average(cases, sample, false);
    }
    for (var sample : MAX_ONLY) max(cases, sample, true);
    for (var sample : AVERAGE_ONLY) average(cases, sample, true);
    adaptive(cases);
    edges(cases);
    wrong(cases);
  }

  /** Numbers that lie further apart than differences reach, in random order. */
  private static Plain distinct(Shape shape, SplittableRandom random) {
    var order = new ArrayList<Integer>();
    for (int i = 0; i < shape.numel(); i++) order.add(i);
    Collections.shuffle(order, new Random(random.nextLong()));
    return new Plain(shape, order.stream().mapToDouble(i -> i / 4.0 - 3).toArray());
  }

  private static void max(OpCases cases, Sample sample, boolean gradients) {
    var op = "max_pool" + sample.rank() + "d";
    for (var type : Cases.FLOATS) {
      for (var lay : Given.ALL) {
        cases.add(op, type + " " + sample + " " + lay, type, random -> {
          var x = OpCases.numbers(type, sample.x, -5, 5, random);
          OpCases.check(type,
              pool(sample, x, seen -> seen.elements.stream().mapToDouble(v -> v).max().orElseThrow()),
              sample.max(lay.tensor(type, x)));
        });
      }
    }
    if (!gradients || sample.x.numel() == 0) return;
    for (var lay : Given.ALL) {
      cases.gradients(op, sample + " " + lay, in -> sample.max(in[0]).square(),
          random -> new Tensor[]{lay.tensor(DType.FLOAT64, distinct(sample.x, random))});
    }
  }

  private static void average(OpCases cases, Sample sample, boolean gradients) {
    var op = "avg_pool" + sample.rank() + "d";
    for (var type : Cases.FLOATS) {
      for (var lay : Given.ALL) {
        cases.add(op, type + " " + sample + " " + lay, type, random -> {
          var x = OpCases.numbers(type, sample.x, -5, 5, random);
          OpCases.check(type, pool(sample, x, seen -> {
            double sum = seen.elements.stream().mapToDouble(v -> v).sum();
            var options = sample.options;
            return sum / (options.divisor() > 0
                ? options.divisor()
                : options.countIncludePad() ? seen.withPadding : seen.elements.size());
          }), sample.average(lay.tensor(type, x)));
        });
      }
    }
    if (!gradients || sample.x.numel() == 0) return;
    for (var lay : Given.ALL) {
      cases.gradients(op, sample + " " + lay, in -> sample.average(in[0]).square(),
          random -> new Tensor[]{lay.random(sample.x, -1, 1, random)});
    }
  }

  /** What a window sees: its elements, and how many there are with those of the padding that was asked for. */
  private record Seen(List<Double> elements, int withPadding) {}

  private static Plain pool(Sample sample, Plain x, ToDoubleFunction<Seen> fold) {
    int rank = sample.rank();
    int lead = x.rank() - rank;
    var shape = x.shape();
    var spatial = new long[rank];
    for (int a = 0; a < rank; a++) spatial[a] = x.shape().size(lead + a);
    var kernel = Shape.of(Arrays.stream(sample.kernel).mapToLong(k -> k).toArray());
    for (int a = 0; a < rank; a++) shape = shape.with(lead + a, outputs(sample, a, spatial[a]));
    return Plain.fill(shape, out -> {
      var elements = new ArrayList<Double>();
      int withPadding = 0;
      for (int t = 0; t < kernel.numel(); t++) {
        var k = Plain.index(kernel, t);
        var at = out.clone();
        boolean inside = true;
        boolean counted = true;
        for (int a = 0; a < rank; a++) {
          long p = out[lead + a] * of(sample.options.strides(), a, sample.kernel[a])
              - of(sample.options.paddings(), a, 0) + k[a] * of(sample.options.dilations(), a, 1);
          at[lead + a] = p;
          inside &= p >= 0 && p < spatial[a];
          counted &= p < spatial[a] + of(sample.options.paddings(), a, 0);
        }
        if (inside) elements.add(x.at(at));
        if (counted) withPadding++;
      }
      return fold.applyAsDouble(new Seen(elements, withPadding));
    });
  }

  /** The rule of PyTorch's documentation. */
  private static long outputs(Sample sample, int a, long size) {
    long stride = of(sample.options.strides(), a, sample.kernel[a]);
    long pad = of(sample.options.paddings(), a, 0);
    long room = size + 2 * pad - of(sample.options.dilations(), a, 1) * (sample.kernel[a] - 1L) - 1;
    if (!sample.options.ceilMode()) return room / stride + 1;
    long outputs = (long) Math.ceil(room / (double) stride) + 1;
    return (outputs - 1) * stride >= size + pad ? outputs - 1 : outputs;
  }

  private static int of(List<Integer> values, int a, int otherwise) {
    return values.isEmpty() ? otherwise : values.get(values.size() == 1 ? 0 : a);
  }

  private record Adaptive(Shape x, int... output) {}

  private static void adaptive(OpCases cases) {
    for (var s : List.of(new Adaptive(Shape.of(2, 3, 6, 6), 3, 3), new Adaptive(Shape.of(1, 2, 5, 7), 3, 2),
        new Adaptive(Shape.of(2, 7, 7), 1, 1), new Adaptive(Shape.of(1, 1, 3, 2), 5, 3),
        new Adaptive(Shape.of(2, 2, 4, 4), 4, 4), new Adaptive(Shape.of(1, 3, 10, 9), 4, 9))) {
      for (var lay : Given.ALL) {
        for (var type : Cases.FLOATS) {
          cases.add("adaptive_avg_pool2d", type + " " + s.x + " to " + Arrays.toString(s.output) + " " + lay,
              type,
              random -> {
                var x = OpCases.numbers(type, s.x, -5, 5, random);
                OpCases.check(type, adapt(s, x, false), lay.tensor(type, x).adaptiveAvgPool2d(s.output));
              });
          cases.add("adaptive_max_pool2d", type + " " + s.x + " to " + Arrays.toString(s.output) + " " + lay,
              type,
              random -> {
                var x = OpCases.numbers(type, s.x, -5, 5, random);
                OpCases.check(type, adapt(s, x, true), lay.tensor(type, x).adaptiveMaxPool2d(s.output));
              });
        }
        if (s.x.numel() > 80) continue;
        cases.gradients("adaptive_avg_pool2d", s.x + " to " + Arrays.toString(s.output) + " " + lay,
            in -> in[0].adaptiveAvgPool2d(s.output).square(),
            random -> new Tensor[]{lay.random(s.x, -1, 1, random)});
        cases.gradients("adaptive_max_pool2d", s.x + " to " + Arrays.toString(s.output) + " " + lay,
            in -> in[0].adaptiveMaxPool2d(s.output).square(),
            random -> new Tensor[]{lay.tensor(DType.FLOAT64, distinct(s.x, random))});
      }
    }
    cases.gradients("adaptive_avg_pool1d", "7 to 3", in -> in[0].adaptiveAvgPool1d(3),
        random -> new Tensor[]{Given.STEPPED.random(Shape.of(2, 7), -1, 1, random)});
    cases.gradients("adaptive_max_pool1d", "7 to 3", in -> in[0].adaptiveMaxPool1d(3),
        random -> new Tensor[]{Given.STEPPED.tensor(DType.FLOAT64, distinct(Shape.of(2, 7), random))});
    cases.gradients("adaptive_avg_pool3d", "to 2", in -> in[0].adaptiveAvgPool3d(2),
        random -> new Tensor[]{Given.TRANSPOSED.random(Shape.of(1, 2, 3, 4), -1, 1, random)});
    cases.gradients("adaptive_max_pool3d", "to 2", in -> in[0].adaptiveMaxPool3d(2),
        random -> new Tensor[]{
            Given.TRANSPOSED.tensor(DType.FLOAT64, distinct(Shape.of(1, 2, 3, 4), random))});
  }

  private static Plain adapt(Adaptive s, Plain x, boolean max) {
    int lead = x.rank() - 2;
    var shape = x.shape().with(lead, s.output[0]).with(lead + 1, s.output[1]);
    return Plain.fill(shape, out -> {
      double sum = 0;
      double largest = Double.NEGATIVE_INFINITY;
      int count = 0;
      for (long h = start(out[lead], x, lead, s.output[0]); h < end(out[lead], x, lead, s.output[0]); h++) {
        for (long w = start(out[lead + 1], x, lead + 1, s.output[1]); w < end(out[lead + 1], x, lead + 1,
            s.output[1]); w++) {
          var at = out.clone();
          at[lead] = h;
          at[lead + 1] = w;
          sum += x.at(at);
          largest = Math.max(largest, x.at(at));
          count++;
        }
      }
      return max ? largest : sum / count;
    });
  }

  private static long start(long i, Plain x, int dim, int n) {
    return (long) Math.floor((double) i * x.shape().size(dim) / n);
  }

  private static long end(long i, Plain x, int dim, int n) {
    return (long) Math.ceil((double) (i + 1) * x.shape().size(dim) / n);
  }

  private static void edges(OpCases cases) {
    float nan = Float.NaN;
    float inf = Float.NEGATIVE_INFINITY;
    cases.add("max_pool2d", "of equal elements the first gets the gradient", _ -> {
      var x = Tensor.ones(1, 1, 3, 4).requiresGrad();
      x.maxPool2d(2).sum().backward();
      assertArrayEquals(new float[]{1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0}, x.grad().toFloats());
    });
    cases.add("max_pool2d", "windows that overlap add up", _ -> {
      var x = Tensor.of(new float[]{0, 0, 0, 0, 9, 0, 0, 0, 0}, Shape.of(1, 3, 3)).requiresGrad();
      x.maxPool2d(PoolOptions.defaults().stride(1), 2).sum().backward();
      assertArrayEquals(new float[]{0, 0, 0, 0, 4, 0, 0, 0, 0}, x.grad().toFloats());
    });
    cases.add("max_pool1d", "a NaN is the largest, and its gradient goes to the last", _ -> {
      var x = Tensor.of(new float[]{1, nan, 5, nan, 7, 2, 3, 4}, Shape.of(1, 8)).requiresGrad();
      var y = x.maxPool1d(4);
      assertArrayEquals(new float[]{nan, 7}, y.toFloats());
      y.backward(Tensor.of(new float[]{1, 1}, Shape.of(1, 2)));
      assertArrayEquals(new float[]{0, 0, 0, 1, 1, 0, 0, 0}, x.grad().toFloats());
    });
    for (var options : List.of(PLAIN, PLAIN.padding(1))) {
      cases.add("max_pool1d", "of minus infinities the first gets the gradient" + options, _ -> {
        var x = Tensor.of(new float[]{inf, inf, inf, inf, inf, inf}, Shape.of(1, 6)).requiresGrad();
        var y = x.maxPool1d(options.stride(3), 3);
        assertArrayEquals(new float[]{inf, inf}, y.toFloats());
        y.backward(Tensor.of(new float[]{1, 1}, Shape.of(1, 2)));
        var first = options == PLAIN ? new float[]{1, 0, 0, 1, 0, 0} : new float[]{1, 0, 1, 0, 0, 0};
        assertArrayEquals(first, x.grad().toFloats());
      });
    }
    cases.add("avg_pool2d", "by hand", _ -> {
      var x = Tensor.of(new float[]{1, 2, 3, 4}, Shape.of(1, 2, 2));
      var padded = PLAIN.stride(1).padding(1);
      assertArrayEquals(new float[]{0.25f, 0.75f, 0.5f, 1, 2.5f, 1.5f, 0.75f, 1.75f, 1},
          x.avgPool2d(padded, 2).toFloats());
      assertArrayEquals(new float[]{1, 1.5f, 2, 2, 2.5f, 3, 3, 3.5f, 4},
          x.avgPool2d(padded.excludingPadding(), 2).toFloats());
    });
  }

  private static void wrong(OpCases cases) {
    var x = new Object() {
      Tensor images() {
        return Tensor.zeros(1, 2, 4, 4);
      }
    };
    cases.refused("max_pool2d", "a window that is too large", () -> x.images().maxPool2d(5), "max_pool2d",
        "5", "4");
    cases.refused("max_pool2d", "too much padding", () -> x.images().maxPool2d(PLAIN.padding(2), 3),
        "padding 2",
        "half");
    cases.refused("max_pool2d", "integers", () -> x.images().to(DType.INT32).maxPool2d(2), "int32");
    cases.refused("max_pool2d", "a divisor", () -> x.images().maxPool2d(PLAIN.dividingBy(3), 2), "divisor=3");
    cases.refused("max_pool2d", "three sizes", () -> x.images().maxPool2d(2, 2, 2), "kernel [2, 2, 2]");
    cases.refused("avg_pool2d", "dilation", () -> x.images().avgPool2d(PLAIN.dilation(2), 2), "dilation");
    cases.refused("avg_pool2d", "a matrix", () -> Tensor.zeros(4, 4).avgPool2d(2), "[4, 4]",
        "[N, C, spatial...]");
    cases.refused("avg_pool2d", "kernel 0", () -> x.images().avgPool2d(0), "kernel 0");
    cases.refused("avg_pool2d", "a window that is too large", () -> x.images().avgPool2d(2, 5),
        "dimension 1");
    cases.refused("adaptive_avg_pool2d", "no outputs", () -> x.images().adaptiveAvgPool2d(0),
        "output size 0");
    cases.refused("adaptive_avg_pool2d", "integers", () -> x.images().to(DType.INT64).adaptiveAvgPool2d(1),
        "int64");
    cases.refused("adaptive_avg_pool2d", "empty images", () -> Tensor.zeros(1, 1, 0, 4).adaptiveAvgPool2d(1),
        "[1, 1, 0, 4]");
    cases.refused("adaptive_max_pool2d", "three outputs", () -> x.images().adaptiveMaxPool2d(1, 1, 1),
        "[1, 1, 1]");
    cases.refused("adaptive_max_pool2d", "a vector", () -> Tensor.zeros(4).adaptiveMaxPool2d(1), "[4]");
    cases.refused("adaptive_max_pool2d", "no outputs", () -> x.images().adaptiveMaxPool2d(0, 1),
        "output size (0, 1)");
  }
}
