package io.jacquard.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.expr.Program;
import io.jacquard.expr.Scalar;
import io.jacquard.nn.Dropout;
import io.jacquard.ops.Elementwise;
import io.jacquard.ops.Fuse;
import io.jacquard.ops.ScalarFunction;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Expressions in one pass, of any number of tensors; random masks. */
final class FusedOps {
  private FusedOps() {}

  static void cases(OpCases cases) {
    for (var type : Cases.FLOATS) {
      for (var lay : Given.ALL) values(cases, type, lay);
    }
    for (var lay : Given.ALL) gradients(cases, lay);
    captured(cases);
    severalResults(cases);
    dropout(cases);
  }

  private static void values(OpCases cases, DType type, Given lay) {
    cases.add("fuse", "one " + type + " " + lay, type, random -> {
      var x = OpCases.numbers(type, Shape.of(5, 9), -3, 3, random);
      OpCases.check(type, x.map(v -> v * v + 1), Tensor.fuse(v -> v.mul(v).add(1), lay.tensor(type, x)));
    });
    cases.add("fuse", "two " + type + " " + lay, type, random -> {
      var x = OpCases.numbers(type, Shape.of(5, 9), -3, 3, random);
      var b = OpCases.numbers(type, Shape.of(9), -3, 3, random);
      OpCases.check(type, x.zip(b, (v, w) -> Math.max(v + w, 0) * 0.5),
          Tensor.fuse((v, w) -> v.add(w).relu().mul(0.5), lay.tensor(type, x), lay.tensor(type, b)));
    });
    cases.add("fuse", "three " + type + " " + lay, type, random -> {
      var a = OpCases.numbers(type, Shape.of(2, 1, 4), -3, 3, random);
      var b = OpCases.numbers(type, Shape.of(3, 1), 1, 3, random);
      var c = OpCases.numbers(type, Shape.SCALAR, -3, 3, random);
      OpCases.check(type, a.zip(b, (v, w) -> v / w).zip(c, (v, w) -> v - w), Tensor.fuse(
          (u, v, w) -> u.div(v).sub(w), lay.tensor(type, a), lay.tensor(type, b), lay.tensor(type, c)));
    });
    cases.add("fuse", "many " + type + " " + lay, type, random -> {
      var all = IntStream.range(0, 9).mapToObj(_ -> OpCases.numbers(type, Shape.of(3, 4), -3, 3, random))
          .toList();
      var sum = all.stream().reduce((a, b) -> a.zip(b, Double::sum)).orElseThrow();
      OpCases.check(type, sum, Tensor.fuseAll(FusedOps::sum,
          all.stream().map(p -> lay.tensor(type, p)).toArray(Tensor[]::new)));
    });
  }

  private static Scalar sum(Scalar[] all) {
    var sum = all[0];
    for (int i = 1; i < all.length; i++) sum = sum.add(all[i]);
    return sum;
  }

  private static void gradients(OpCases cases, Given lay) {
    cases.gradients("fuse", "one " + lay, in -> Tensor.fuse(v -> v.mul(v).add(1).sqrt(), in[0]),
        random -> new Tensor[]{lay.random(Shape.of(2, 3), -2, 2, random)});
    cases.gradients("fuse", "two " + lay, in -> Tensor.fuse((v, w) -> v.add(w).gelu(), in[0], in[1]),
        random -> new Tensor[]{lay.random(Shape.of(2, 3), -2, 2, random),
            lay.random(Shape.of(3), -2, 2, random)});
    cases.gradients("fuse", "three " + lay,
        in -> Tensor.fuse((u, v, w) -> u.gt(v).where(u.mul(w).sin(), v.exp().mul(w)), in[0], in[1], in[2]),
        random -> new Tensor[]{lay.random(Shape.of(2, 1, 2), -2, 2, random),
            lay.random(Shape.of(2, 1), -2, 2, random), lay.random(Shape.SCALAR, -2, 2, random)});
    cases.gradients("fuse", "many " + lay, in -> Tensor.fuseAll(all -> sum(all).tanh().mul(all[4]), in),
        random -> IntStream.range(0, 5)
            .mapToObj(i -> lay.random(i % 2 == 0 ? Shape.of(2, 2) : Shape.of(1, 2), -1,
                1, random))
            .toArray(Tensor[]::new));
    cases.gradients("fuse", "an input without influence " + lay,
        in -> Tensor.fuse((u, v) -> u.mul(u), in[0], in[1]),
        random -> new Tensor[]{lay.random(Shape.of(2), -2, 2, random),
            lay.random(Shape.of(2), -2, 2, random)});
    cases.gradients("fuse", "40 inputs " + lay, in -> Tensor.fuseAll(all -> sum(all).square(), in),
        random -> IntStream.range(0, 40).mapToObj(_ -> lay.random(Shape.of(1), -0.2, 0.2, random))
            .toArray(Tensor[]::new));
  }

  private static void captured(OpCases cases) {
    cases.add("fuse", "what is captured may change from call to call", _ -> {
      for (double factor : new double[]{2, 3}) {
        OpCases.check(DType.FLOAT32, Plain.of(Shape.of(2), factor, 2 * factor),
            Tensor.fuse(v -> v.mul(factor), Tensor.of(1f, 2f)));
      }
    });
    cases.add("fuse", "an object with a field", _ -> {
      for (double factor : new double[]{2, 3}) {
        OpCases.check(DType.FLOAT32, Plain.of(Shape.of(1), factor),
            Tensor.fuse(new Scale(factor), Tensor.of(1f)));
      }
    });
    cases.add("fuse", "a constant",
        _ -> OpCases.check(DType.FLOAT32, Plain.of(Shape.of(2), 7, 7),
            Tensor.fuse(v -> v.constantFor(7), Tensor.of(1f, 2f))));
  }

  private abstract static class Factor {
    final double factor;

    Factor(double factor) {
      this.factor = factor;
    }
  }

  /** Declares no field of its own. */
  private static final class Scale extends Factor implements Fuse.One {
    Scale(double factor) {
      super(factor);
    }

    @Override
    public Scalar of(Scalar a) {
      return a.mul(factor);
    }
  }

  private static void severalResults(OpCases cases) {
    var op = new Elementwise("sincos", Program.ofAll(in -> new Scalar[]{in[0].sin(), in[0].cos().mul(in[1])},
        DType.FLOAT64, DType.FLOAT64));
    for (var lay : Given.ALL) {
      cases.gradients("fuse", "two results, both used " + lay, in -> {
        var both = Tensor.apply(op, in);
        return both[0].mul(both[1]);
      }, random -> new Tensor[]{lay.random(Shape.of(2, 2), -2, 2, random),
          lay.random(Shape.of(2), -2, 2, random)});
      cases.gradients("fuse", "two results, one used " + lay, in -> Tensor.apply(op, in)[1],
          random -> new Tensor[]{lay.random(Shape.of(2, 2), -2, 2, random),
              lay.random(Shape.of(2), -2, 2, random)});
    }
  }

  private static void dropout(OpCases cases) {
    for (var type : Cases.FLOATS) {
      for (var lay : Given.ALL) {
        cases.add("dropout", "keeps or scales " + type + " " + lay, type, _ -> {
          var x = lay.tensor(type, Plain.fill(Shape.of(40, 50), _ -> 1));
          var y = new Dropout(0.2f).call(x).toDoubles();
          int dropped = 0;
          for (double v : y) {
            if (v == 0) dropped++;
            else if (Math.abs(v - 1.25) > 1e-6) throw new AssertionError("an element of " + v);
          }
          // five standard deviations of a binomial number
          if (Math.abs(dropped - 400) > 5 * Math.sqrt(2000 * 0.2 * 0.8)) throw new AssertionError(dropped);
        });
      }
    }
    cases.add("dropout", "its gradient has the same mask", _ -> {
      var x = Tensor.ones(33, 7).requiresGrad();
      var y = new Dropout(0.4f).call(x);
      y.sum().backward();
      OpCases.check(DType.FLOAT32, Plain.of(y.shape(), y.toDoubles()), x.grad());
    });
    cases.add("dropout", "does not depend on the layout", _ -> {
      var masks = new ArrayList<double[]>();
      for (var lay : Given.ALL) {
        Generator.with(new Generator(5), () -> {
          var base = Generator.current().base(cases.device());
          masks.add(new Dropout(0.5f).call(lay.tensor(DType.FLOAT32, Plain.fill(Shape.of(9, 9), _ -> 1)))
              .toDoubles());
          base.close();
        });
      }
      for (var mask : masks) assertArrayEquals(masks.getFirst(), mask);
    });
    for (double p : List.of(0.0, 0.3, 1.0)) {
      // one draw for all calls: the mask must be the same at every point
      cases.gradients("dropout", "p " + p, in -> {
        var op = dropout(p).withParams(7, 3);
        return Tensor.apply(op, in[0].square(), in[1])[0];
      }, random -> new Tensor[]{Given.STEPPED.random(Shape.of(3, 3), 0.5, 1, random),
          Given.WHOLE.tensor(DType.INT64, Plain.scalar(0))});
    }
  }

  /** The program of the layer, in float64. */
  private static Elementwise dropout(double p) {
    return ScalarFunction.withParams("dropout", trace -> {
      var x = trace.input(0);
      return trace.uniform(0, 1, 1).lt(p).where(x.constantFor(0), x.mul(1 / (1 - Math.min(p, 0.99))));
    }).on(DType.FLOAT64, DType.INT64);
  }
}
