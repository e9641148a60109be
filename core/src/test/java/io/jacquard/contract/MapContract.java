package io.jacquard.contract;

import static io.jacquard.contract.Cases.pick;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.expr.Program;
import io.jacquard.expr.Scalar;
import io.jacquard.expr.Trace;
import java.util.List;
import java.util.function.UnaryOperator;

/** Whole programs: positions, random numbers, parameters, several outputs, work in place. */
final class MapContract {
  private MapContract() {}

  static Trial trial(Program program, Operand[] in, Operand... out) {
    return trial(program, new long[0], in, out);
  }

  static Trial trial(Program program, long[] params, Operand[] in, Operand... out) {
    return new Trial((backend, i, o) -> backend.map(program, params, i, o), in, out);
  }

  static void cases(Cases cases) {
    constants(cases);
    params(cases);
    positions(cases);
    uniforms(cases);
    inPlace(cases);
    severalOutputs(cases);
    composites(cases);
  }

  private static void constants(Cases cases) {
    for (var type : DType.values()) {
      var program = new Trace(List.of());
      var filled = program.program(program.constant(type, 113));
      for (var lay : List.of(Lay.CONTIGUOUS, Lay.STEPPED)) {
        var shape = lay == Lay.STEPPED ? Shape.of(5, 9) : Shape.of(1000);
        cases.add("CONST", type + " fills " + shape + " " + lay, Tolerance.EXACT,
            random -> trial(filled, new Operand[0], Operand.of(type, shape, lay, Values.POISON, random)));
      }
    }
  }

  private static void params(Cases cases) {
    for (var type : DType.values()) {
      var trace = new Trace(List.of(type));
      var chosen = trace
          .program(trace.input(0).eq(trace.param(1, type)).where(trace.param(0, type), trace.input(0)));
      var special = Values.special(type.computeType());
      for (int turn = 0; turn < 2; turn++) {
        var shape = turn == 0 ? Shape.of(2000) : Shape.of(3, 5, 7);
        var lay = turn == 0 ? Lay.CONTIGUOUS : Lay.TRANSPOSED;
        var params = new long[]{special[special.length - 1 - turn], special[1]};
        cases.add("PARAM", type + " " + shape + " " + lay, Tolerance.EXACT,
            random -> trial(chosen, params, new Operand[]{Operand.of(type, shape, lay, Values.MIXED, random)},
                Operand.of(type, shape, Lay.CONTIGUOUS, Values.POISON, random)));
      }
    }
  }

  private static void positions(Cases cases) {
    for (var shape : List.of(Shape.SCALAR, Shape.of(67), Shape.of(5, 9), Shape.of(3, 5, 7, 2),
        Shape.of(40_000))) {
      for (var lay : List.of(Lay.CONTIGUOUS, Lay.TRANSPOSED, Lay.STEPPED)) {
        var alone = new Trace(List.of());
        var index = alone.program(alone.index());
        cases.add("INDEX", shape + " to " + lay, Tolerance.EXACT,
            random -> trial(index, new Operand[0],
                Operand.of(DType.INT64, shape, lay, Values.POISON, random)));
        var beside = new Trace(List.of(DType.FLOAT32));
        var even = beside
            .program(beside.index().and(beside.constant(DType.INT64, 1)).eq(0).where(beside.input(0),
                beside.constant(DType.FLOAT32, 0)));
        cases.add("INDEX", "beside float32 " + shape + " " + lay, Tolerance.EXACT, random -> trial(even,
            new Operand[]{Operand.of(DType.FLOAT32, shape, lay, Values.MIXED, random)},
            Operand.of(DType.FLOAT32, shape, Lay.CONTIGUOUS, Values.POISON, random)));
      }
    }
  }

  private static void uniforms(Cases cases) {
    var seeds = List.of(0L, 42L, -1L, 0x123456789abcdefL);
    var shapes = List.of(Shape.SCALAR, Shape.of(129, 67), Shape.of(5, 9), Shape.of(3, 5, 7, 2));
    for (int turn = 0; turn < 20; turn++) {
      long seed = pick(seeds, turn);
      var shape = turn < 5 ? pick(Cases.LARGE, turn) : pick(shapes, turn / 5);
      var lay = pick(Lay.WRITABLE, turn);
      var trace = new Trace(List.of(DType.INT64));
      var draw = trace.program(trace.uniform(0, 0, 1));
      cases.add("UNIFORM", "seed " + seed + " " + shape + " to " + lay, Tolerance.EXACT, random -> trial(draw,
          new long[]{seed, random.nextInt(5)},
          new Operand[]{Operand.of(DType.INT64, shape, Lay.SCALAR, Values.integers(-9, 1L << 40), random)},
          Operand.of(DType.FLOAT32, shape, lay, Values.POISON, random)));
    }
    var trace = new Trace(List.of(DType.FLOAT32, DType.INT64));
    var dropout = trace.program(trace.uniform(0, 1, 1).lt(0.8).where(trace.input(0).mul(1.25),
        trace.constant(DType.FLOAT32, 0)), trace.uniform(0, 1, 2));
    for (var lay : List.of(Lay.CONTIGUOUS, Lay.TRANSPOSED)) {
      cases.add("UNIFORM", "dropout and a second draw, [129, 67] " + lay, Tolerance.EXACT, random -> {
        var shape = Shape.of(129, 67);
        var in = new Operand[]{Operand.of(DType.FLOAT32, shape, lay, Values.MIXED, random),
            Operand.of(DType.INT64, shape, Lay.SCALAR, Values.integers(0, 99), random)};
        return trial(dropout, new long[]{7, 0, 1}, in,
            Operand.of(DType.FLOAT32, shape, lay, Values.POISON, random),
            Operand.of(DType.FLOAT32, shape, Lay.CONTIGUOUS, Values.POISON, random));
      });
    }
  }

  private static void inPlace(Cases cases) {
    int turn = 0;
    for (var type : Cases.NUMBERS) {
      for (var lay : Lay.WRITABLE) {
        var shape = turn % 2 == 0 ? pick(Cases.SHAPES, turn + 1) : pick(Cases.LARGE, turn / 2);
        turn++;
        var program = Program.of(in -> in[0].sub(in[1]), type, type);
        cases.add("map", "in place " + type + " " + shape + " " + lay, Tolerance.EXACT, random -> {
          var both = Operand.of(type, shape, lay, Values.MIXED, random);
          return trial(program,
              new Operand[]{both, Operand.of(type, shape, Lay.CONTIGUOUS, Values.MIXED, random)},
              both);
        });
      }
    }
    var swap = Program.ofAll(in -> new Scalar[]{in[1], in[0]}, DType.FLOAT32, DType.FLOAT32);
    cases.add("map", "swaps two tensors in place", Tolerance.EXACT, random -> {
      var a = Operand.of(DType.FLOAT32, Shape.of(1000), Lay.OFFSET, Values.MIXED, random);
      var b = Operand.of(DType.FLOAT32, Shape.of(1000), Lay.STEPPED, Values.MIXED, random);
      return trial(swap, new Operand[]{a, b}, a, b);
    });
    var twice = Program.of(in -> in[0].mul(in[1]), DType.FLOAT32, DType.FLOAT32);
    cases.add("map", "one tensor as both inputs and the output", Tolerance.EXACT, random -> {
      var x = Operand.of(DType.FLOAT32, Shape.of(33, 31), Lay.TRANSPOSED, Values.MIXED, random);
      return trial(twice, new Operand[]{x, x}, x);
    });
  }

  private static void severalOutputs(Cases cases) {
    var mixed = Program
        .ofAll(in -> new Scalar[]{in[0].add(in[1]), in[0].lt(in[1]), in[0].to(DType.INT64), in[0],
            in[0].mul(in[1]).to(DType.UINT8)}, DType.FLOAT32, DType.INT32);
    int turn = 0;
    for (var shape : List.of(Shape.SCALAR, Shape.of(67), Shape.of(5, 9), Shape.of(0), Shape.of(2, 3, 4),
        Shape.of(129, 67),
        Shape.of(40_000))) {
      int first = turn++;
      cases.add("map", "five outputs of five types " + shape, Tolerance.EXACT, random -> {
        var in = new Operand[]{
            Operand.of(DType.FLOAT32, shape, pick(Lay.WRITABLE, first), Values.MIXED, random),
            Operand.of(DType.INT32, shape, Lay.BROADCAST, Values.MIXED, random)};
        var out = new Operand[mixed.outputs()];
        for (int j = 0; j < out.length; j++)
          out[j] = Operand.of(mixed.outputType(j), shape, pick(Lay.WRITABLE, first + j), Values.POISON,
              random);
        return trial(mixed, in, out);
      });
    }
    var same = Program.ofAll(in -> new Scalar[]{in[0].abs(), in[0].abs()}, DType.FLOAT32, DType.FLOAT32);
    cases.add("map", "one value as two outputs, an input unused", Tolerance.EXACT, random -> {
      var shape = Shape.of(11, 13);
      return trial(same, new Operand[]{Operand.of(DType.FLOAT32, shape, Lay.OFFSET, Values.MIXED, random),
          Operand.of(DType.FLOAT32, shape, Lay.SCALAR, Values.MIXED, random)},
          Operand.of(DType.FLOAT32, shape, Lay.CONTIGUOUS, Values.POISON, random),
          Operand.of(DType.FLOAT32, shape, Lay.TRANSPOSED, Values.POISON, random));
    });
  }

  private static void composites(Cases cases) {
    composite(cases, "relu", Scalar::relu, Tolerance.EXACT);
    composite(cases, "leakyRelu", x -> x.leakyRelu(0.01), Tolerance.EXACT);
    composite(cases, "clamp", x -> x.clamp(-1, 2.5), Tolerance.EXACT);
    composite(cases, "gelu", Scalar::gelu, Tolerance.ulps(16, 32, 1));
    composite(cases, "softplus", Scalar::softplus, Tolerance.ulps(16, 32, 1));
    composite(cases, "silu", x -> x.mul(x.sigmoid()), Tolerance.ulps(16, 32, 1));
    composite(cases, "guarded log", x -> x.gt(0).where(x.log(), x.mul(2)), Tolerance.ulps(4, 8, 0));
    composite(cases, "polynomial", x -> x.mul(x).add(x).mul(x).add(1), Tolerance.EXACT);
    for (var type : Cases.FLOATS) {
      for (var shape : List.of(Shape.of(1000), Shape.of(40_000), Shape.of(5, 9))) adam(cases, type, shape);
    }
  }

  private static void composite(Cases cases, String name, UnaryOperator<Scalar> body, Tolerance tolerance) {
    for (var type : Cases.FLOATS) {
      var program = Program.of(in -> body.apply(in[0]), type);
      cases.add("map", name + " " + type + " [3000]", tolerance,
          random -> trial(program,
              new Operand[]{Operand.of(type, Shape.of(3000), Lay.OFFSET, Values.MIXED, random)},
              Operand.of(type, Shape.of(3000), Lay.CONTIGUOUS, Values.POISON, random)));
      cases.add("map", name + " " + type + " [13, 17, 3] transposed", tolerance, random -> {
        var shape = Shape.of(13, 17, 3);
        return trial(program, new Operand[]{Operand.of(type, shape, Lay.TRANSPOSED, Values.MIXED, random)},
            Operand.of(type, shape, Lay.CONTIGUOUS, Values.POISON, random));
      });
    }
  }

  /** An optimizer's step: four inputs, one of them a 0-d step size, three outputs in place. */
  private static void adam(Cases cases, DType type, Shape shape) {
    var step = Program.ofAll(in -> {
      var m = in[1].mul(0.9).add(in[3].mul(0.1));
      var v = in[2].mul(0.999).add(in[3].mul(in[3]).mul(0.001));
      return new Scalar[]{in[0].sub(in[4].mul(m).div(v.sqrt().add(1e-8))), m, v};
    }, type, type, type, type, type);
    cases.add("map", "adam step " + type + " " + shape, Tolerance.EXACT, random -> {
      var parameter = Operand.of(type, shape, Lay.CONTIGUOUS, Values.SMALL, random);
      var m = Operand.of(type, shape, Lay.CONTIGUOUS, Values.SMALL, random);
      var v = Operand.of(type, shape, Lay.CONTIGUOUS, Values.range(0, 1), random);
      var gradient = Operand.of(type, shape, Lay.OFFSET, Values.SMALL, random);
      var rate = Operand.of(type, shape, Lay.SCALAR, Values.constant(0.001), random);
      return trial(step, new Operand[]{parameter, m, v, gradient, rate}, parameter, m, v);
    });
  }
}
