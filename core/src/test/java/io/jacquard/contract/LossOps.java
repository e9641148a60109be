package io.jacquard.contract;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.nn.Loss;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;

/** Softmax and its logarithm along every dimension, and the losses. */
final class LossOps {
  private LossOps() {}

  static void cases(OpCases cases) {
    for (var shape : List.of(Shape.of(7), Shape.of(5, 9), Shape.of(2, 3, 4), Shape.of(3, 1), Shape.of(0, 3),
        Shape.of(3, 0), Shape.of(4, 130))) {
      for (int dim = 0; dim < shape.rank(); dim++) softmax(cases, shape, dim);
    }
    extremes(cases);
    elementwise(cases, "mse", Loss.mse(), (p, t) -> (p - t) * (p - t), -2, 2);
    elementwise(cases, "bce", Loss.bce(), (p, t) -> -t * Math.log(p) - (1 - t) * Math.log(1 - p), 0.05, 0.95);
    elementwise(cases, "bce_with_logits", Loss.bceWithLogits(),
        (x, t) -> Math.max(x, 0) - x * t + Math.log1p(Math.exp(-Math.abs(x))), -3, 3);
    ofClasses(cases, "cross_entropy", Loss.crossEntropy(), false);
    ofClasses(cases, "nll", Loss.nll(), true);
    edges(cases);
  }

  private static double[] softmax(double[] line) {
    double max = Arrays.stream(line).max().orElse(0);
    double sum = Arrays.stream(line).map(x -> Math.exp(x - max)).sum();
    return Arrays.stream(line).map(x -> Math.exp(x - max) / sum).toArray();
  }

  private static double[] logSoftmax(double[] line) {
    double max = Arrays.stream(line).max().orElse(0);
    double sum = Arrays.stream(line).map(x -> Math.exp(x - max)).sum();
    return Arrays.stream(line).map(x -> x - max - Math.log(sum)).toArray();
  }

  private static void softmax(OpCases cases, Shape shape, int dim) {
    for (var lay : Given.ALL) {
      for (var type : Cases.FLOATS) {
        cases.add("softmax", type + " " + shape + " along " + dim + " " + lay, type, random -> {
          var x = OpCases.numbers(type, shape, -5, 5, random);
          OpCases.check(type, x.lines(dim, LossOps::softmax),
              lay.tensor(type, x).softmax(dim - shape.rank()));
        });
        cases.add("log_softmax", type + " " + shape + " along " + dim + " " + lay, type, random -> {
          var x = OpCases.numbers(type, shape, -5, 5, random);
          OpCases.check(type, x.lines(dim, LossOps::logSoftmax), lay.tensor(type, x).logSoftmax(dim));
        });
      }
      if (shape.numel() > 24) continue;
      cases.gradients("softmax", shape + " along " + dim + " " + lay, in -> in[0].softmax(dim),
          random -> new Tensor[]{lay.random(shape, -2, 2, random)});
      cases.gradients("log_softmax", shape + " along " + dim + " " + lay, in -> in[0].logSoftmax(dim),
          random -> new Tensor[]{lay.random(shape, -2, 2, random)});
    }
  }

  private static void extremes(OpCases cases) {
    double inf = Double.POSITIVE_INFINITY;
    for (var type : Cases.FLOATS) {
      var large = Plain.of(Shape.of(2, 2), 1000, 1000, -1000, -1000);
      cases.add("softmax", "of large numbers " + type, type,
          _ -> OpCases.check(type, large.map(_ -> 0.5), Given.WHOLE.tensor(type, large).softmax(1)));
      cases.add("log_softmax", "of large numbers " + type, type,
          _ -> OpCases.check(type, large.map(_ -> -Math.log(2)),
              Given.WHOLE.tensor(type, large).logSoftmax(1)));
      var masked = Plain.of(Shape.of(3), 0, -inf, 0);
      cases.add("softmax", "of a masked place " + type, type, _ -> OpCases.check(type,
          Plain.of(Shape.of(3), 0.5, 0, 0.5), Given.WHOLE.tensor(type, masked).softmax(0)));
      cases.add("log_softmax", "of a masked place " + type, type, _ -> OpCases.check(type,
          Plain.of(Shape.of(3), -Math.log(2), -inf, -Math.log(2)),
          Given.WHOLE.tensor(type, masked).logSoftmax(0)));
    }
  }

  private static void elementwise(OpCases cases, String name, Loss loss, DoubleBinaryOperator reference,
      double low, double high) {
    for (var shape : List.of(Shape.SCALAR, Shape.of(5), Shape.of(8, 3), Shape.of(2, 3, 4))) {
      for (var lay : Given.ALL) {
        for (var type : Cases.FLOATS) {
          cases.add(name, type + " " + shape + " " + lay, type, random -> {
            var p = OpCases.numbers(type, shape, low, high, random);
            var t = OpCases.numbers(type, shape, 0, 1, random);
            double mean = Arrays.stream(p.zip(t, reference).values()).average().orElseThrow();
            OpCases.check(type, Plain.scalar(mean), loss.of(lay.tensor(type, p), lay.tensor(type, t)));
          });
        }
        if (shape.numel() > 8) continue;
        cases.gradients(name, shape + " " + lay, in -> loss.of(in[0], in[1]),
            random -> new Tensor[]{lay.random(shape, low, high, random),
                lay.random(shape, 0.1, 0.9, random)});
      }
    }
  }

  private record Sizes(long samples, long classes) {}

  private static void ofClasses(OpCases cases, String name, Loss loss, boolean logProbabilities) {
    for (var s : List.of(new Sizes(1, 1), new Sizes(4, 3), new Sizes(33, 10), new Sizes(2, 130))) {
      var shape = Shape.of(s.samples, s.classes);
      for (var lay : Given.ALL) {
        for (var labelType : List.of(DType.INT32, DType.INT64, DType.UINT8)) {
          var type = labelType == DType.INT32 ? DType.FLOAT64 : DType.FLOAT32;
          cases.add(name, type + " " + shape + " by " + labelType + " " + lay, type, random -> {
            var x = OpCases.numbers(type, shape, -3, 3, random);
            var labels = OpCases.numbers(labelType, Shape.of(s.samples), 0, s.classes, random);
            var log = logProbabilities ? x : x.lines(1, LossOps::logSoftmax);
            double sum = 0;
            for (int n = 0; n < s.samples; n++) sum -= log.at(n, (long) labels.at(n));
            OpCases.check(type, Plain.scalar(sum / s.samples),
                loss.of(lay.tensor(type, x), lay.tensor(labelType, labels)));
          });
        }
        if (shape.numel() > 12) continue;
        cases.gradients(name, shape + " " + lay, in -> loss.of(in[0], in[1]),
            random -> new Tensor[]{lay.random(shape, -2, 2, random), lay.tensor(DType.INT64,
                OpCases.numbers(DType.INT64, Shape.of(s.samples), 0, s.classes, random))});
      }
    }
    cases.add(name, "of no sample is NaN", _ -> OpCases.check(DType.FLOAT32, Plain.scalar(Double.NaN),
        loss.of(Tensor.zeros(0, 3), Tensor.zeros(cases.device(), DType.INT64, Shape.of(0)))));
    for (var label : List.of(-1L, 3L)) {
      cases.refused(name, "label " + label, () -> loss.of(Tensor.zeros(2, 3), Tensor.of(0L, label)), name,
          "label " + label, "0 to 2");
    }
  }

  private static void edges(OpCases cases) {
    cases.add("cross_entropy", "its gradient by hand", _ -> {
      var x = Tensor.of(new float[][]{{0, 0}, {0, 0}}).requiresGrad();
      Loss.crossEntropy().of(x, Tensor.of(0L, 1L)).backward();
      OpCases.check(DType.FLOAT32, Plain.of(Shape.of(2, 2), -0.25, 0.25, 0.25, -0.25), x.grad());
    });
    cases.add("cross_entropy", "of large logits", _ -> OpCases.check(DType.FLOAT32, Plain.scalar(2000),
        Loss.crossEntropy().of(Tensor.of(new float[][]{{1000, -1000}}), Tensor.of(1L))));
    cases.add("cross_entropy", "a masked class", _ -> {
      var x = Tensor.of(new float[][]{{0, Float.NEGATIVE_INFINITY, 0}}).requiresGrad();
      var loss = Loss.crossEntropy().of(x, Tensor.of(0L));
      OpCases.check(DType.FLOAT32, Plain.scalar(Math.log(2)), loss);
      loss.backward();
      OpCases.check(DType.FLOAT32, Plain.of(Shape.of(1, 3), -0.5, 0, 0.5), x.grad());
    });
    cases.add("bce", "of certain answers", _ -> OpCases.check(DType.FLOAT32, Plain.scalar(50),
        Loss.bce().of(Tensor.of(0f, 1f), Tensor.of(1f, 1f))));
    cases.add("bce_with_logits", "of large logits", _ -> OpCases.check(DType.FLOAT32, Plain.scalar(250),
        Loss.bceWithLogits().of(Tensor.of(500f, -500f), Tensor.of(0f, 0f))));
    cases.add("nll", "a class that cannot be", _ -> OpCases.check(DType.FLOAT32, Plain.scalar(0.5),
        Loss.nll().of(Tensor.of(new float[][]{{-0.5f, Float.NEGATIVE_INFINITY}}), Tensor.of(0L))));
  }
}
