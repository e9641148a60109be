package io.jacquard.contract;

import static io.jacquard.contract.Cases.pick;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.expr.Program;
import io.jacquard.expr.Scalar;
import io.jacquard.expr.Trace;
import io.jacquard.spi.Device;
import io.jacquard.spi.Gemm;
import io.jacquard.spi.Layout;
import io.jacquard.spi.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Matrix products: sizes, transposes, batches, alpha and beta, epilogues. */
final class MatmulContract {
  private static final int[][] SIZES = {{1, 1, 1}, {1, 5, 3}, {7, 1, 9}, {3, 5, 7}, {17, 33, 65},
      {64, 64, 64},
      {67, 129, 33}, {128, 96, 257}, {1, 257, 300}, {300, 1, 64}, {31, 8, 1100}};
  private static final List<Lay> LAYS = List.of(Lay.CONTIGUOUS, Lay.TRANSPOSED, Lay.OFFSET, Lay.STEPPED,
      Lay.REVERSED);
  private static final List<DType> TYPES = List.of(DType.FLOAT32, DType.FLOAT64, DType.INT32, DType.INT64);

  private MatmulContract() {}

  static void cases(Cases cases) {
    int turn = 0;
    for (var type : TYPES) {
      for (var mnk : SIZES) {
        if (type.isFloating() || mnk[2] < 100) {
          plain(cases, type, mnk, Lay.CONTIGUOUS, Lay.CONTIGUOUS, Lay.CONTIGUOUS);
          plain(cases, type, mnk, pick(LAYS, turn + 1), pick(LAYS, turn / 2), pick(Lay.WRITABLE, turn / 3));
          turn++;
        }
      }
      for (var a : List.of(Lay.CONTIGUOUS, Lay.TRANSPOSED)) {
        for (var b : List.of(Lay.CONTIGUOUS, Lay.TRANSPOSED)) {
          for (var c : List.of(Lay.CONTIGUOUS, Lay.TRANSPOSED))
            plain(cases, type, new int[]{37, 50, 41}, a, b, c);
        }
      }
      batches(cases, type);
      empty(cases, type);
      factors(cases, type);
    }
    for (var type : Cases.FLOATS) {
      epilogues(cases, type);
      specials(cases, type);
    }
  }

  private static void plain(Cases cases, DType type, int[] mnk, Lay a, Lay b, Lay c) {
    cases.add("matmul",
        type + " " + mnk[0] + "x" + mnk[2] + " " + a + " by " + mnk[2] + "x" + mnk[1] + " " + b + " to "
            + c,
        (random, device) -> check(device, Gemm.PLAIN, new Operand[]{
            Operand.of(type, Shape.of(mnk[0], mnk[2]), a, Values.SMALL, random),
            Operand.of(type, Shape.of(mnk[2], mnk[1]), b, Values.SMALL, random)},
            Operand.of(type, Shape.of(mnk[0], mnk[1]), c, Values.POISON, random)));
  }

  private static void batches(Cases cases, DType type) {
    for (var batch : List.of(new long[]{1}, new long[]{5}, new long[]{2, 3}, new long[]{0})) {
      for (var lay : List.of(Lay.CONTIGUOUS, Lay.TRANSPOSED)) {
        cases.add("matmul", type + " batch " + Arrays.toString(batch) + " " + lay,
            (random, device) -> check(device,
                Gemm.PLAIN, new Operand[]{Operand.of(type, matrices(batch, 9, 17), lay, Values.SMALL, random),
                    Operand.of(type, matrices(batch, 17, 21), Lay.CONTIGUOUS, Values.SMALL, random)},
                Operand.of(type, matrices(batch, 9, 21), Lay.CONTIGUOUS, Values.POISON, random)));
      }
    }
    for (int broadcast = 0; broadcast < 3; broadcast++) {
      int which = broadcast;
      cases.add("matmul",
          type + " batch [4, 3], stride 0 in " + List.of("a", "b", "the first dimension of both").get(which),
          (random, device) -> {
            var a = Operand.of(type, Shape.of(4, 3, 9, 17), Lay.CONTIGUOUS, Values.SMALL, random);
            var b = Operand.of(type, Shape.of(4, 3, 17, 21), Lay.CONTIGUOUS, Values.SMALL, random);
            var in = new Operand[]{which == 1 ? a : broadcast(a, which == 2 ? 1 : 2),
                which == 0 ? b : broadcast(b, which == 2 ? 1 : 2)};
            check(device, Gemm.PLAIN, in,
                Operand.of(type, Shape.of(4, 3, 9, 21), Lay.CONTIGUOUS, Values.POISON, random));
          });
    }
  }

  private static Shape matrices(long[] batch, long rows, long columns) {
    var sizes = Arrays.copyOf(batch, batch.length + 2);
    sizes[batch.length] = rows;
    sizes[batch.length + 1] = columns;
    return Shape.of(sizes);
  }

  /** The same operand with stride 0 in its first {@code dims} dimensions. */
  private static Operand broadcast(Operand operand, int dims) {
    var strides = operand.layout().strides().clone();
    Arrays.fill(strides, 0, dims, 0);
    return operand.as(new Layout(operand.shape(), strides, operand.layout().offset()));
  }

  private static void empty(Cases cases, DType type) {
    for (var mnk : new int[][]{{5, 7, 0}, {0, 7, 5}, {5, 0, 7}, {0, 0, 0}})
      plain(cases, type, mnk, Lay.CONTIGUOUS, Lay.CONTIGUOUS, Lay.CONTIGUOUS);
    cases.add("matmul", type + " an empty sum, accumulating",
        (random, device) -> check(device, Gemm.ACCUMULATE,
            new Operand[]{Operand.of(type, Shape.of(5, 0), Lay.CONTIGUOUS, Values.SMALL, random),
                Operand.of(type, Shape.of(0, 7), Lay.CONTIGUOUS, Values.SMALL, random)},
            Operand.of(type, Shape.of(5, 7), Lay.CONTIGUOUS, Values.SMALL, random)));
  }

  private static void factors(Cases cases, DType type) {
    for (var alphaBeta : new double[][]{{1, 1}, {2, 0}, {-1, 1}, {3, -2}, {0, 1}, {0.5, 0.25}, {1e-3, 1}}) {
      boolean whole = alphaBeta[0] == Math.rint(alphaBeta[0]) && alphaBeta[1] == Math.rint(alphaBeta[1]);
      if (!type.isFloating() && !whole) continue;
      for (var mnk : new int[][]{{9, 17, 33}, {70, 66, 130}}) {
        cases.add("matmul",
            type + " " + mnk[0] + "x" + mnk[2] + "x" + mnk[1] + " alpha " + alphaBeta[0] + " beta "
                + alphaBeta[1],
            (random, device) -> check(device, new Gemm(alphaBeta[0], alphaBeta[1], null), new Operand[]{
                Operand.of(type, Shape.of(mnk[0], mnk[2]), Lay.CONTIGUOUS, Values.SMALL, random),
                Operand.of(type, Shape.of(mnk[2], mnk[1]), Lay.TRANSPOSED, Values.SMALL, random)},
                Operand.of(type, Shape.of(mnk[0], mnk[1]), Lay.OFFSET, Values.SMALL, random)));
      }
    }
  }

  private static void epilogues(Cases cases, DType type) {
    var bias = Program.of(in -> in[0].add(in[1]), type, type);
    var biasRelu = Program.of(in -> in[0].add(in[1]).relu(), type, type);
    var saved = Program.ofAll(in -> {
      var sum = in[0].add(in[1]);
      return new Scalar[]{sum.tanh(), sum};
    }, type, type);
    var gated = Program.of(in -> in[0].mul(in[1]).add(in[2]), type, type, type);
    var masked = Program.ofAll(in -> new Scalar[]{in[1].where(in[0], in[0].constantFor(0)), in[0].gt(0)},
        type,
        DType.BOOL);
    var trace = new Trace(List.of(type));
    var scaled = trace.program(trace.input(0).mul(trace.param(0, type)));
    for (var mnk : new int[][]{{1, 1, 1}, {1, 10, 64}, {5, 9, 17}, {64, 128, 100}, {33, 70, 0}}) {
      epilogue(cases, "bias", type, mnk, bias);
      epilogue(cases, "bias and relu", type, mnk, biasRelu);
      epilogue(cases, "bias, tanh and the value before it", type, mnk, saved);
      epilogue(cases, "times one operand plus another", type, mnk, gated);
      epilogue(cases, "mask, and a bool output", type, mnk, masked);
      epilogue(cases, "scaled by a parameter", type, mnk, scaled);
    }
    for (int beta = 0; beta < 2; beta++) {
      var how = new Gemm(0.5, beta, biasRelu);
      cases.add("matmul", type + " batch [2, 3], bias and relu, alpha 0.5, beta " + beta,
          (random, device) -> check(device,
              how,
              new Operand[]{Operand.of(type, Shape.of(2, 3, 9, 17), Lay.CONTIGUOUS, Values.SMALL, random),
                  Operand.of(type, Shape.of(2, 3, 17, 21), Lay.TRANSPOSED, Values.SMALL, random),
                  Operand.of(type, Shape.of(2, 3, 9, 21), Lay.BROADCAST, Values.SMALL, random)},
              Operand.of(type, Shape.of(2, 3, 9, 21), Lay.CONTIGUOUS, Values.SMALL, random)));
    }
  }

  private static void epilogue(Cases cases, String name, DType type, int[] mnk, Program epilogue) {
    cases.add("matmul", type + " " + mnk[0] + "x" + mnk[2] + "x" + mnk[1] + " epilogue: " + name,
        (random, device) -> {
          var shape = Shape.of(mnk[0], mnk[1]);
          var in = new ArrayList<Operand>();
          in.add(Operand.of(type, Shape.of(mnk[0], mnk[2]), Lay.CONTIGUOUS, Values.SMALL, random));
          in.add(Operand.of(type, Shape.of(mnk[2], mnk[1]), Lay.TRANSPOSED, Values.SMALL, random));
          for (int i = 1; i < epilogue.inputs().size(); i++) {
            in.add(Operand.of(epilogue.inputs().get(i), shape, i == 1 && type == epilogue.inputs().get(i)
                ? Lay.BROADCAST
                : Lay.CONTIGUOUS, Values.SMALL, random));
          }
          var out = new Operand[epilogue.outputs()];
          for (int j = 0; j < out.length; j++)
            out[j] = Operand.of(epilogue.outputType(j), shape, pick(Lay.WRITABLE, j), Values.POISON, random);
          check(device, new Gemm(1, 0, epilogue), in.toArray(Operand[]::new), out);
        });
  }

  /** NaN and infinity reach what they touch, and only that; so does beta 0 keep out what C held. */
  private static void specials(Cases cases, DType type) {
    for (var value : new double[]{Double.NaN, Double.POSITIVE_INFINITY}) {
      cases.add("matmul", type + " with " + value + " in one row and one column", (random, device) -> {
        var a = Operand.of(type, Shape.of(20, 40), Lay.CONTIGUOUS, Values.range(0.5, 1), random);
        var b = Operand.of(type, Shape.of(40, 30), Lay.CONTIGUOUS, Values.range(0.5, 1), random);
        a.set(5 * 40 + 39, type.bits(value));
        b.set(7, type.bits(value));
        check(device, Gemm.PLAIN, new Operand[]{a, b},
            Operand.of(type, Shape.of(20, 30), Lay.CONTIGUOUS, Values.POISON, random));
      });
    }
  }

  private static Trial trial(Gemm how, Operand[] in, Operand... out) {
    var type = in[0].type();
    return new Trial((backend, i, o) -> backend.matmul(how, new long[]{type.bits(1.5)}, i[0], i[1],
        Arrays.copyOfRange(i, 2, i.length, View[].class), o), in, out);
  }

  private static void check(Device device, Gemm how, Operand[] in, Operand... out) {
    var type = in[0].type();
    if (!type.isFloating()) {
      trial(how, in, out).check(device, Tolerance.EXACT);
      return;
    }
    // 2 more for an epilogue's own operands, at most 1 each, and its rounding
    var sums = new Operand[]{in[0].magnitudes(), in[1].magnitudes()};
    var present = how.beta() == 0
        ? Operand.of(type, out[0].shape(), Lay.CONTIGUOUS, Values.constant(2), new SplittableRandom(0))
        : out[0].magnitudes();
    var magnitudes = trial(
        new Gemm(Math.abs(how.alpha()), Math.max(how.beta() == 0 ? 1 : 0, Math.abs(how.beta())), null),
        sums, present).expected(0);
    trial(how, in, out).check(device, Tolerance.sum(in[0].shape().size(-1), magnitudes));
  }
}
