package io.jacquard.kernels.plan;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.expr.Program;
import io.jacquard.expr.Scalar;
import io.jacquard.expr.Trace;
import io.jacquard.ops.BatchNorm;
import io.jacquard.ops.BatchNormBackward;
import io.jacquard.spi.Layout;
import io.jacquard.spi.Reduction;
import io.jacquard.spi.Reduction.Fold;
import io.jacquard.spi.View;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Batch norm and its gradient, as folds and maps of their own: forward the sums, the squared deviations from the mean, one
 * small map for what each channel has, and one over all elements; backward both sums in one fold, and one map. The numbers
 * of a channel never leave the device, and nothing is made that the decomposition would throw away.
 *
 * <p>Two passes for the variance, as in its op: squares of deviations keep their digits where the mean is large.
 */
final class BatchNorms implements AutoCloseable {
  /** The programs over one type. Parameter 0 of all but the last forward one is 1 / count; of STATISTICS the second is eps. */
  private record Programs(Program sum, Program squares, Program statistics, Program plain, Program affine,
      Program sums, Program gradient, Program weighted) {
    static Programs of(DType t) {
      return new Programs(program(List.of(t), trace -> Stream.of(trace.input(0))),
          program(List.of(t, t), trace -> Stream.of(
              trace.input(0).sub(trace.input(1).mul(trace.param(0, t))).square())),
          program(List.of(t, t), trace -> {
            var share = trace.param(0, t);
            var variance = trace.input(1).mul(share);
            return Stream.of(trace.input(0).mul(share), variance, variance.add(trace.param(1, t)).rsqrt());
          }),
          program(List.of(t, t, t), trace -> Stream.of(normal(trace, 0))),
          program(List.of(t, t, t, t, t),
              trace -> Stream.of(normal(trace, 0).mul(trace.input(3)).add(trace.input(4)))),
          program(List.of(t, t, t, t),
              trace -> Stream.of(trace.input(0).mul(normal(trace, 1)), trace.input(0))),
          program(List.of(t, t, t, t, t, t), trace -> Stream.of(gradient(trace, t).mul(trace.input(3)))),
          program(List.of(t, t, t, t, t, t, t),
              trace -> Stream.of(gradient(trace, t).mul(trace.input(3).mul(trace.input(6))))));
    }

    private static Program program(List<DType> inputs, Function<Trace, Stream<Scalar>> body) {
      var trace = new Trace(inputs);
      return trace.program(body.apply(trace).toArray(Scalar[]::new));
    }

    /** (x - mean) * rstd, of inputs that follow one another. */
    private static Scalar normal(Trace trace, int first) {
      return trace.input(first).sub(trace.input(first + 1)).mul(trace.input(first + 2));
    }

    /** g - sum(g) / count - xh * sum(g xh) / count, of g, x, mean, rstd, sum(g xh), sum(g). */
    private static Scalar gradient(Trace trace, DType t) {
      var share = trace.param(0, t);
      return trace.input(0).sub(trace.input(5).mul(share))
          .sub(normal(trace, 1).mul(trace.input(4).mul(share)));
    }
  }

  private static final Map<DType, Programs> PROGRAMS = new EnumMap<>(
      Map.of(DType.FLOAT32, Programs.of(DType.FLOAT32), DType.FLOAT64, Programs.of(DType.FLOAT64)));
  private static final Reduction SUM = Reduction.of(Fold.SUM);
  private static final long[] NO_PARAMS = new long[0];

  private final Maps maps;
  private final Reduces reduces;
  private final Scratch deviations;

  BatchNorms(Maps maps, Reduces reduces, KernelMemory memory) {
    this.maps = maps;
    this.reduces = reduces;
    deviations = new Scratch(memory);
  }

  private static boolean suits(View x, View[] views) {
    if (!PROGRAMS.containsKey(x.dtype()) || x.numel() == 0) return false;
    for (var view : views) {
      if (view.dtype() != x.dtype()) return false;
    }
    return true;
  }

  boolean forward(BatchNorm op, View[] in, View[] out) {
    var x = in[0];
    if (!suits(x, in)) return false;
    var programs = Objects.requireNonNull(PROGRAMS.get(x.dtype()));
    long share = x.dtype().bits(1.0 / BatchNorm.count(x.shape()));
    int[] axes = axes(x);
    long channels = x.shape().size(1);
    var rstd = new View(deviations.buffer(channels * x.dtype().bytes()), x.dtype(),
        Layout.contiguous(Shape.of(channels)));
    reduces.run(SUM, programs.sum, NO_PARAMS, new View[]{x}, axes, new View[]{folded(out[1], x)});
    reduces.run(SUM, programs.squares, new long[]{share}, new View[]{x, beside(out[1], x)}, axes,
        new View[]{folded(out[2], x)});
    maps.run(programs.statistics, new long[]{share, x.dtype().bits(op.eps())}, new View[]{out[1], out[2]},
        new View[]{out[1], out[2], rstd});
    if (in.length == 1) {
      maps.run(programs.plain, NO_PARAMS, new View[]{x, beside(out[1], x), beside(rstd, x)},
          new View[]{out[0]});
    } else {
      maps.run(programs.affine, NO_PARAMS,
          new View[]{x, beside(out[1], x), beside(rstd, x), beside(in[1], x), beside(in[2], x)},
          new View[]{out[0]});
    }
    return true;
  }

  /** @param in g, x, mean, rstd, and a weight if there is one; {@code op} says what comes out */
  boolean backward(BatchNormBackward op, View[] in, View[] out) {
    var x = in[1];
    if (!suits(x, in)) return false;
    var programs = Objects.requireNonNull(PROGRAMS.get(x.dtype()));
    var share = new long[]{x.dtype().bits(1.0 / BatchNorm.count(x.shape()))};
    var mean = beside(in[2], x);
    var rstd = beside(in[3], x);
    reduces.run(SUM, programs.sums, NO_PARAMS, new View[]{in[0], x, mean, rstd}, axes(x),
        new View[]{folded(out[1], x), folded(out[2], x)});
    var dw = beside(out[1], x);
    var db = beside(out[2], x);
    if (in.length == 4) {
      maps.run(programs.gradient, share, new View[]{in[0], x, mean, rstd, dw, db}, new View[]{out[0]});
    } else {
      maps.run(programs.weighted, share, new View[]{in[0], x, mean, rstd, dw, db, beside(in[4], x)},
          new View[]{out[0]});
    }
    return true;
  }

  private static int[] axes(View x) {
    return x.shape().rank() == 2 ? new int[]{0} : new int[]{0, 2};
  }

  /** One number for each channel as the result of a fold of x. */
  private static View folded(View channels, View x) {
    var shape = x.shape().rank() == 2 ? Shape.of(1, x.shape().size(1)) : Shape.of(1, x.shape().size(1), 1);
    return along(channels, shape);
  }

  /** One number for each channel, repeated over x. */
  private static View beside(View channels, View x) {
    return along(channels, x.shape());
  }

  private static View along(View channels, Shape shape) {
    var strides = new long[shape.rank()];
    strides[1] = channels.layout().stride(0);
    return new View(channels.buffer(), channels.dtype(),
        new Layout(shape, strides, channels.layout().offset()));
  }

  @Override
  public void close() {
    deviations.close();
  }
}
