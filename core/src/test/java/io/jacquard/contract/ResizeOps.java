package io.jacquard.contract;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.ops.ConvOptions;
import io.jacquard.ops.Interpolation;
import io.jacquard.ops.PadMode;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongUnaryOperator;

/** Padding, interpolation, pixels as channels, and windows as columns, against plain loops. */
final class ResizeOps {
  private static final ConvOptions PLAIN = ConvOptions.defaults();

  private ResizeOps() {}

  static void cases(OpCases cases) {
    var ops = new ArrayList<Moved>();
    paddings(ops);
    pixels(ops);
    columns(ops);
    for (int i = 0; i < ops.size(); i++) ops.get(i).cases(cases, i);
    constants(cases);
    folds(cases);
    interpolations(cases);
    wrongPaddings(cases);
    wrongSizes(cases);
  }

  // ---- padding

  private static void paddings(List<Moved> ops) {
    for (var mode : PadMode.values()) {
      pad(ops, mode, Shape.of(4), 2, 1);
      pad(ops, mode, Shape.of(2, 3, 5), 1, 2);
      pad(ops, mode, Shape.of(1, 2, 3, 4), 1, 0, 2, 2);
      pad(ops, mode, Shape.of(3, 2, 2), 1, 1, 0, 1, 2, 2);
      pad(ops, mode, Shape.of(2, 3), 0, 0, 0, 0);
    }
    pad(ops, PadMode.ZEROS, Shape.of(3, 5), -1, 2, 1, -1);
    pad(ops, PadMode.ZEROS, Shape.of(3, 5), -2, -3);
    pad(ops, PadMode.REPLICATE, Shape.of(1, 1), 3, 4);
  }

  private static void pad(List<Moved> ops, PadMode mode, Shape shape, int... amounts) {
    ops.add(new Moved("pad", mode + " " + Arrays.toString(amounts), shape, x -> x.pad(mode, amounts),
        x -> padded(x, mode, 0, amounts)));
  }

  private static Plain padded(Plain x, PadMode mode, double value, int... amounts) {
    var to = x.shape();
    for (int i = 0; i < amounts.length; i++) {
      int d = x.rank() - 1 - i / 2;
      to = to.with(d, to.size(d) + amounts[i]);
    }
    return Plain.fill(to, index -> {
      var from = index.clone();
      for (int i = 0; i < amounts.length; i += 2) {
        int d = x.rank() - 1 - i / 2;
        from[d] = source(mode, x.shape().size(d)).applyAsLong(index[d] - amounts[i]);
        if (from[d] < 0) return value;
      }
      return x.at(from);
    });
  }

  /** The place that an element at {@code i}, which may lie outside, comes from; -1 for none. */
  private static LongUnaryOperator source(PadMode mode, long size) {
    return i -> {
      if (i >= 0 && i < size) return i;
      return switch (mode) {
        case ZEROS -> -1;
        case REFLECT -> i < 0 ? -i : 2 * size - 2 - i;
        case REPLICATE -> i < 0 ? 0 : size - 1;
        case CIRCULAR -> Math.floorMod(i, size);
      };
    };
  }

  private static void constants(OpCases cases) {
    for (var type : Cases.ALL) {
      for (var lay : Given.ALL) {
        cases.add("pad", "with 3 " + type + " " + lay, type, random -> {
          var x = OpCases.numbers(type, Shape.of(2, 3, 4), 0, 9, random);
          double value = type == DType.BOOL ? 1 : 3;
          OpCases.check(type, padded(x, PadMode.ZEROS, value, 1, 0, 2, -1),
              lay.tensor(type, x).pad(value, 1, 0, 2, -1));
        });
      }
    }
    cases.gradients("pad", "with 3", in -> in[0].square().pad(3, 1, 2, 0, 1),
        random -> new Tensor[]{Given.TRANSPOSED.random(Shape.of(2, 3), -1, 1, random)});
  }

  private static void wrongPaddings(OpCases cases) {
    var x = Shape.of(2, 3, 4);
    cases.refused("pad", "an amount alone", () -> Tensor.zeros(x.sizes()).pad(PadMode.ZEROS, 1), "pad",
        "[1]", "[2, 3, 4]", "pairs");
    cases.refused("pad", "more dimensions than there are",
        () -> Tensor.zeros(3).pad(PadMode.REFLECT, 1, 1, 1, 1), "reflect", "[3]", "at most 1");
    cases.refused("pad", "a reflection of more than there is",
        () -> Tensor.zeros(x.sizes()).pad(PadMode.REFLECT, 0, 4), "reflect", "[0, 4]", "0 to 3",
        "dimension -1");
    cases.refused("pad", "a circle of more than there is",
        () -> Tensor.zeros(x.sizes()).pad(PadMode.CIRCULAR, 0, 0, 4, 0), "circular", "0 to 3",
        "dimension -2");
    cases.refused("pad", "a negative copy", () -> Tensor.zeros(x.sizes()).pad(PadMode.REPLICATE, -1, 0),
        "replicate", "[-1, 0]");
    cases.refused("pad", "copies of nothing", () -> Tensor.zeros(2, 0).pad(PadMode.REPLICATE, 1, 0),
        "[2, 0]", "1 element or more");
    cases.refused("pad", "cutting more than there is", () -> Tensor.zeros(x.sizes()).pad(0, -3, -2),
        "[-3, -2]", "cut more");
  }

  // ---- pixels and columns

  private static void pixels(List<Moved> ops) {
    for (var shape : List.of(Shape.of(4, 2, 3), Shape.of(2, 8, 1, 2), Shape.of(1, 4, 3, 1),
        Shape.of(2, 3, 12, 2, 2))) {
      int c = shape.rank() - 3;
      var to = shape.with(c, shape.size(c) / 4).with(c + 1, shape.size(c + 1) * 2).with(c + 2,
          shape.size(c + 2) * 2);
      ops.add(new Moved("pixel_shuffle", "2", shape, x -> x.pixelShuffle(2), x -> Moved.read(x, to, i -> {
        var own = i.clone();
        own[c] = i[c] * 4 + i[c + 1] % 2 * 2 + i[c + 2] % 2;
        own[c + 1] /= 2;
        own[c + 2] /= 2;
        return own;
      })));
      ops.add(new Moved("pixel_unshuffle", "2", to, x -> x.pixelUnshuffle(2),
          x -> Moved.read(x, shape, i -> {
            var own = i.clone();
            own[c] = i[c] / 4;
            own[c + 1] = i[c + 1] * 2 + i[c] % 4 / 2;
            own[c + 2] = i[c + 2] * 2 + i[c] % 2;
            return own;
          })));
    }
  }

  private record Columns(Shape x, ConvOptions options, int... kernel) {
    static final List<Columns> ALL = List.of(new Columns(Shape.of(1, 1, 3, 3), PLAIN, 2, 2),
        new Columns(Shape.of(2, 2, 4, 3), PLAIN, 2, 3),
        new Columns(Shape.of(1, 2, 5, 4), PLAIN.stride(2), 2, 2),
        new Columns(Shape.of(1, 3, 3, 3), PLAIN.padding(1), 3, 3),
        new Columns(Shape.of(1, 1, 5, 5), PLAIN.dilation(2).padding(0, 1), 2, 2));

    /** For each column's element, where in the image it lies; -1 in the padding. */
    Plain places() {
      var window = options.window("unfold", kernel[0], kernel[1]);
      var out = window.outputs(Shape.of(x.size(2), x.size(3)));
      int taps = kernel[0] * kernel[1];
      return Plain.fill(Shape.of(x.size(0), x.size(1) * taps, out.numel()), i -> {
        int tap = (int) (i[1] % taps);
        long row = window.axes().get(0).position(i[2] / out.size(1), tap / kernel[1]);
        long column = window.axes().get(1).position(i[2] % out.size(1), tap % kernel[1]);
        boolean inside = row >= 0 && row < x.size(2) && column >= 0 && column < x.size(3);
        return inside ? ((i[0] * x.size(1) + i[1] / taps) * x.size(2) + row) * x.size(3) + column : -1;
      });
    }
  }

  private static void columns(List<Moved> ops) {
    for (var sample : Columns.ALL) {
      ops.add(new Moved("im2col", Arrays.toString(sample.kernel) + sample.options, sample.x,
          x -> x.im2col(sample.options, sample.kernel),
          x -> sample.places().map(at -> at < 0 ? 0 : x.values()[(int) at])));
    }
  }

  private static void folds(OpCases cases) {
    for (var sample : Columns.ALL) {
      var places = sample.places();
      int height = (int) sample.x.size(2);
      int width = (int) sample.x.size(3);
      for (var lay : Given.ALL) {
        var name = Arrays.toString(sample.kernel) + sample.options + " to " + sample.x + " " + lay;
        for (var type : Cases.FLOATS) {
          cases.add("col2im", name + " " + type, type, random -> {
            var x = OpCases.numbers(type, places.shape(), -2, 2, random);
            var sum = new double[(int) sample.x.numel()];
            for (int i = 0; i < x.values().length; i++) {
              int at = (int) places.values()[i];
              if (at >= 0) sum[at] += x.values()[i];
            }
            OpCases.check(type, new Plain(sample.x, sum),
                lay.tensor(type, x).col2im(sample.options, sample.kernel, height, width));
          });
        }
        cases.gradients("col2im", name,
            in -> in[0].square().col2im(sample.options, sample.kernel, height, width),
            random -> new Tensor[]{lay.random(places.shape(), -1, 1, random)});
      }
    }
  }

  // ---- interpolation

  private static final List<Interpolation> HOW = List.of(Interpolation.size(6), Interpolation.size(2),
      Interpolation.scale(2), Interpolation.scale(1.5), Interpolation.scale(0.7),
      Interpolation.size(5).linear(), Interpolation.size(2).linear(), Interpolation.scale(2).linear(),
      Interpolation.scale(1.5).linear(), Interpolation.size(7).linear().alignCorners(),
      Interpolation.size(1).linear().alignCorners());

  private static void interpolations(OpCases cases) {
    for (var how : HOW) {
      for (var shape : List.of(Shape.of(2, 1, 3), Shape.of(1, 2, 3, 4), Shape.of(1, 1, 2, 3, 3))) {
        for (var lay : Given.ALL) {
          for (var type : Cases.FLOATS) {
            cases.add("interpolate", how + " of " + shape + " " + type + " " + lay, type, random -> {
              var x = OpCases.numbers(type, shape, -3, 3, random);
              var y = x;
              for (int d = 2; d < shape.rank(); d++) y = resized(y, d, how);
              OpCases.check(type, y, lay.tensor(type, x).interpolate(how));
            });
          }
        }
        cases.gradients("interpolate", how + " of " + shape, in -> in[0].square().interpolate(how),
            random -> new Tensor[]{Given.STEPPED.random(shape, -1, 1, random)});
      }
    }
  }

  private static Plain resized(Plain x, int dim, Interpolation how) {
    long from = x.shape().size(dim);
    double factor = how.scales() == null ? 0 : how.scales().getFirst();
    long to = how.sizes() == null ? (long) Math.floor(from * factor) : how.sizes().getFirst();
    double step = how.sizes() == null ? 1 / factor : (double) from / to;
    return Plain.fill(x.shape().with(dim, to), index -> {
      var low = index.clone();
      var high = index.clone();
      if (how.mode() == Interpolation.Mode.NEAREST) {
        low[dim] = Math.min((long) ((float) index[dim] * (float) step), from - 1);
        return x.at(low);
      }
      double at = how.aligned()
          ? to == 1 ? 0 : index[dim] * ((double) (from - 1) / (to - 1))
          : Math.max(0, (index[dim] + 0.5) * step - 0.5);
      low[dim] = Math.min((long) at, from - 1);
      high[dim] = Math.min(low[dim] + 1, from - 1);
      double share = at - low[dim];
      return x.at(low) * (1 - share) + x.at(high) * share;
    });
  }

  private static void wrongSizes(OpCases cases) {
    cases.refused("pixel_shuffle", "channels that do not divide",
        () -> Tensor.zeros(1, 6, 2, 2).pixelShuffle(2), "pixel_shuffle", "[1, 6, 2, 2]");
    cases.refused("pixel_shuffle", "a vector", () -> Tensor.zeros(6).pixelShuffle(1), "[6]");
    cases.refused("pixel_shuffle", "factor 0", () -> Tensor.zeros(1, 6, 2, 2).pixelShuffle(0),
        "1 or more");
    cases.refused("pixel_unshuffle", "odd sizes", () -> Tensor.zeros(1, 1, 3, 2).pixelUnshuffle(2),
        "pixel_unshuffle", "[1, 1, 3, 2]");
    cases.refused("pixel_unshuffle", "a vector", () -> Tensor.zeros(6).pixelUnshuffle(1), "[6]");
    cases.refused("pixel_unshuffle", "factor -1", () -> Tensor.zeros(1, 1, 2, 2).pixelUnshuffle(-1),
        "1 or more");
    cases.refused("im2col", "a vector", () -> Tensor.zeros(6).im2col(PLAIN, 2), "unfold", "[6]");
    cases.refused("im2col", "a kernel that is too large",
        () -> Tensor.zeros(1, 1, 3, 3).im2col(PLAIN, 2, 5), "unfold", "5 elements", "dimension 1");
    cases.refused("im2col", "groups", () -> Tensor.zeros(1, 2, 3, 3).im2col(PLAIN.groups(2), 2), "groups=2");
    cases.refused("col2im", "another number of windows",
        () -> Tensor.zeros(1, 4, 5).col2im(PLAIN, new int[]{2}, 3, 3), "fold", "[1, 4, 5]", "[N, C * 4, 4]");
    cases.refused("col2im", "channels that do not divide",
        () -> Tensor.zeros(1, 5, 4).col2im(PLAIN, new int[]{2}, 3, 3), "fold", "C * 4");
    cases.refused("col2im", "a kernel that is too large",
        () -> Tensor.zeros(1, 4, 4).col2im(PLAIN, new int[]{4}, 3, 3), "fold", "4 elements");
    cases.refused("col2im", "no height", () -> Tensor.zeros(1, 4, 4).col2im(PLAIN, new int[]{2}, 0, 3),
        "fold", "[0, 3]");
    cases.refused("interpolate", "a matrix",
        () -> Tensor.zeros(3, 3).interpolate(Interpolation.size(2)), "interpolate", "[3, 3]");
    cases.refused("interpolate", "integers",
        () -> Tensor.arange(4).reshape(1, 1, 4).interpolate(Interpolation.size(2)), "int");
    cases.refused("interpolate", "three sizes for two dimensions",
        () -> Tensor.zeros(1, 1, 3, 3).interpolate(Interpolation.size(2, 2, 2)), "3 numbers", "2 spatial");
    cases.refused("interpolate", "nothing left",
        () -> Tensor.zeros(1, 1, 3, 3).interpolate(Interpolation.scale(0.1)), "scale 0.1", "3 elements");
    cases.refused("interpolate", "size 0", () -> Interpolation.size(0), "[0]");
    cases.refused("interpolate", "a negative scale", () -> Interpolation.scale(-1), "[-1.0]");
    cases.refused("interpolate", "corners of the nearest", () -> Interpolation.size(2).alignCorners(),
        "nearest");
  }
}
