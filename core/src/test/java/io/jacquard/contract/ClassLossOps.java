package io.jacquard.contract;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.nn.Loss;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Losses of classes with weights, ignored labels, smoothed ones, probabilities, and more than two dimensions. */
final class ClassLossOps {
  private ClassLossOps() {}

  /** One of the options' combinations; the ignored label is 1, or there is none. */
  private record Options(boolean weighted, boolean ignoring, double smoothing) {
    @Override
    public String toString() {
      return (weighted ? " weighted" : "") + (ignoring ? " ignoring" : "")
          + (smoothing > 0 ? " smoothed" : "");
    }
  }

  private static final List<Options> OPTIONS = List.of(new Options(false, false, 0),
      new Options(true, false, 0),
      new Options(false, true, 0), new Options(true, true, 0), new Options(false, false, 0.2),
      new Options(true, true, 0.1));

  private static final List<Shape> SHAPES = List.of(Shape.of(4), Shape.of(1, 3), Shape.of(17, 5),
      Shape.of(2, 3, 4),
      Shape.of(2, 3, 2, 2));

  static void cases(OpCases cases) {
    for (var shape : SHAPES) {
      for (var options : OPTIONS) {
        for (var lay : Given.ALL) labels(cases, shape, options, lay);
      }
      for (var lay : Given.ALL) probabilities(cases, shape, lay);
    }
    multiMargin(cases);
    wrongUse(cases);
  }

  private static int axis(Shape x) {
    return x.rank() == 1 ? 0 : 1;
  }

  private static double[] logSoftmax(double[] line) {
    double sum = Arrays.stream(line).map(Math::exp).sum();
    return Arrays.stream(line).map(x -> x - Math.log(sum)).toArray();
  }

  /** The index of a class beside a label's. */
  private static long[] with(long[] label, int axis, long c) {
    var index = new long[label.length + 1];
    for (int d = 0; d < index.length; d++) index[d] = d < axis ? label[d] : d == axis ? c : label[d - 1];
    return index;
  }

  /** A loss for each label, and the number by which the mean divides. */
  private record Expected(Plain values, double total) {
    double sum() {
      return Arrays.stream(values.values()).sum();
    }
  }

  private static Expected expected(Plain log, Plain labels, Plain weight, Options o) {
    int axis = axis(log.shape());
    long classes = log.shape().size(axis);
    var total = new double[1];
    var values = Plain.fill(labels.shape(), index -> {
      int label = (int) labels.at(index);
      if (o.ignoring && label == 1) return 0;
      double own = o.weighted ? weight.at(label) : 1;
      total[0] += own;
      double all = 0;
      for (int c = 0; c < classes; c++) all -= (o.weighted ? weight.at(c) : 1) * log.at(with(index, axis, c));
      return -(1 - o.smoothing) * own * log.at(with(index, axis, label)) + o.smoothing / classes * all;
    });
    return new Expected(values, total[0]);
  }

  private static void check(DType type, Expected expected, Loss.Reducible loss, Tensor x, Tensor labels) {
    OpCases.check(type, expected.values, loss.none().of(x, labels));
    OpCases.check(type, Plain.scalar(expected.sum()), loss.sum().of(x, labels));
    OpCases.check(type, Plain.scalar(expected.sum() / expected.total), loss.of(x, labels));
  }

  private static Loss.Reducible nll(Options o, Tensor weight) {
    var loss = Loss.nll();
    if (o.weighted) loss = loss.weight(weight);
    return o.ignoring ? loss.ignoreIndex(1) : loss;
  }

  private static Loss.Reducible crossEntropy(Options o, Tensor weight) {
    var loss = Loss.crossEntropy().labelSmoothing(o.smoothing);
    if (o.weighted) loss = loss.weight(weight);
    return o.ignoring ? loss.ignoreIndex(1) : loss;
  }

  private static Plain labels(DType type, Shape x, SplittableRandom random) {
    var labels = OpCases.numbers(type, x.without(axis(x)), 0, x.size(axis(x)), random);
    if (labels.values().length > 1) labels.values()[0] = 0; // one at least that is not ignored
    if (labels.values().length == 1) labels.values()[0] = 2;
    return labels;
  }

  private static void labels(OpCases cases, Shape shape, Options o, Given lay) {
    long classes = shape.size(axis(shape));
    for (var labelType : List.of(DType.INT32, DType.INT64, DType.UINT8)) {
      var type = labelType == DType.INT32 ? DType.FLOAT64 : DType.FLOAT32;
      cases.add("cross_entropy", shape + o.toString() + " " + type + " by " + labelType + " " + lay, type,
          random -> {
            var x = OpCases.numbers(type, shape, -3, 3, random);
            var labels = labels(labelType, shape, random);
            var weight = OpCases.numbers(type, Shape.of(classes), 0.2, 2, random);
            var log = x.lines(axis(shape), ClassLossOps::logSoftmax);
            check(type, expected(log, labels, weight, o), crossEntropy(o, lay.tensor(type, weight)),
                lay.tensor(type, x),
                lay.tensor(labelType, labels));
            if (o.smoothing > 0) return;
            check(type, expected(log, labels, weight, o), nll(o, lay.tensor(type, weight)),
                lay.tensor(type, log),
                lay.tensor(labelType, labels));
          });
    }
    if (shape.numel() > 24) return;
    cases.gradients("cross_entropy", shape + o.toString() + " " + lay,
        in -> crossEntropy(o, in[2].to(DType.FLOAT64)).of(in[0], in[1]),
        random -> new Tensor[]{lay.random(shape, -2, 2, random),
            lay.tensor(DType.INT64, labels(DType.INT64, shape, random)),
            Given.WHOLE.tensor(DType.FLOAT32, Plain.random(Shape.of(classes), 0.2, 2, random))});
  }

  private static void probabilities(OpCases cases, Shape shape, Given lay) {
    int axis = axis(shape);
    long classes = shape.size(axis);
    for (double smoothing : new double[]{0, 0.3}) {
      for (boolean weighted : new boolean[]{false, true}) {
        var name = shape + " of probabilities" + (weighted ? " weighted" : "")
            + (smoothing > 0 ? " smoothed " : " ")
            + lay;
        for (var type : Cases.FLOATS) {
          cases.add("cross_entropy", type + " " + name, type, random -> {
            var x = OpCases.numbers(type, shape, -3, 3, random);
            var t = OpCases.numbers(type, shape, 0, 1, random);
            var weight = OpCases.numbers(type, Shape.of(classes), 0.2, 2, random);
            var log = x.lines(axis, ClassLossOps::logSoftmax);
            var values = Plain.fill(shape.without(axis), index -> {
              double sum = 0;
              for (int c = 0; c < classes; c++) {
                var at = with(index, axis, c);
                double share = t.at(at) * (1 - smoothing) + smoothing / classes;
                sum -= share * log.at(at) * (weighted ? weight.at(c) : 1);
              }
              return sum;
            });
            var loss = Loss.crossEntropy().labelSmoothing(smoothing);
            if (weighted) loss = loss.weight(lay.tensor(type, weight));
            check(type, new Expected(values, values.values().length), loss, lay.tensor(type, x),
                lay.tensor(type, t));
          });
        }
        if (shape.numel() > 12 || weighted) continue;
        cases.gradients("cross_entropy", name,
            in -> Loss.crossEntropy().labelSmoothing(smoothing).of(in[0], in[1]),
            random -> new Tensor[]{lay.random(shape, -2, 2, random), lay.random(shape, 0, 1, random)});
      }
    }
  }

  private static void multiMargin(OpCases cases) {
    for (var shape : List.of(Shape.of(4), Shape.of(1, 3), Shape.of(17, 5), Shape.of(3, 130))) {
      int axis = axis(shape);
      long classes = shape.size(axis);
      for (int p = 1; p <= 2; p++) {
        int power = p;
        for (boolean weighted : new boolean[]{false, true}) {
          for (var lay : Given.ALL) {
            var name = shape + " power " + p + (weighted ? " weighted " : " ") + lay;
            for (var type : Cases.FLOATS) {
              cases.add("multi_margin", type + " " + name, type, random -> {
                var x = OpCases.numbers(type, shape, -2, 2, random);
                var labels = labels(DType.INT64, shape, random);
                var weight = OpCases.numbers(type, Shape.of(classes), 0.2, 2, random);
                var values = Plain.fill(labels.shape(), index -> {
                  int own = (int) labels.at(index);
                  double sum = 0;
                  for (int c = 0; c < classes; c++) {
                    double excess = 0.7 - x.at(with(index, axis, own)) + x.at(with(index, axis, c));
                    if (c != own) sum += Math.pow(Math.max(0, excess), power);
                  }
                  return sum / classes * (weighted ? weight.at(own) : 1);
                });
                var loss = Loss.multiMargin(power, 0.7);
                if (weighted) loss = loss.weight(lay.tensor(type, weight));
                check(type, new Expected(values, values.values().length), loss, lay.tensor(type, x),
                    lay.tensor(DType.INT64, labels));
              });
            }
            if (shape.numel() > 12 || weighted) continue;
            cases.gradients("multi_margin", name, in -> Loss.multiMargin(power, 9).of(in[0], in[1]),
                random -> new Tensor[]{lay.random(shape, -2, 2, random),
                    lay.tensor(DType.INT64, labels(DType.INT64, shape, random))});
          }
        }
      }
    }
  }

  private static Tensor zeros(long... sizes) {
    return Tensor.zeros(sizes);
  }

  private static void wrongUse(OpCases cases) {
    var two = new long[]{0, 1};
    for (var name : List.of("nll", "cross_entropy", "multi_margin")) {
      Loss.Reducible loss = switch (name) {
        case "nll" -> Loss.nll();
        case "cross_entropy" -> Loss.crossEntropy();
        default -> Loss.multiMargin();
      };
      cases.refused(name, "labels of another number", () -> loss.sum().of(zeros(3, 4), Tensor.of(two)), name,
          "[3, 4]",
          "[2]");
      cases.refused(name, "integers as predictions", () -> loss.sum().of(Tensor.of(1, 2, 3), Tensor.of(two)),
          name,
          "int32");
      cases.refused(name, "a label that is no class", () -> loss.sum().of(zeros(2, 1), Tensor.of(two)), name,
          "label 1",
          "0 to 0");
      cases.refused(name, "a negative label", () -> loss.none().of(zeros(2, 3), Tensor.of(0L, -100L)), name,
          "label -100");
    }
    cases.refused("cross_entropy", "probabilities of another shape",
        () -> Loss.crossEntropy().of(zeros(2, 3), zeros(2, 4)),
        "cross_entropy", "[2, 3]", "[2, 4]");
    cases.refused("cross_entropy", "to ignore probabilities",
        () -> Loss.crossEntropy().ignoreIndex(3).of(zeros(2, 3), zeros(2, 3)), "cross_entropy",
        "ignoreIndex(3)");
    cases.refused("cross_entropy", "a weight of another length",
        () -> Loss.crossEntropy().weight(zeros(2)).of(zeros(2, 3), Tensor.of(two)), "cross_entropy", "[2]",
        "[3]");
    cases.refused("nll", "a weight of another length",
        () -> Loss.nll().weight(zeros(2)).of(zeros(2, 3), Tensor.of(two)),
        "nll", "[2]", "[3]");
    cases.refused("cross_entropy", "too much smoothing", () -> Loss.crossEntropy().labelSmoothing(1.5),
        "cross_entropy",
        "1.5");
    cases.refused("multi_margin", "power 3", () -> Loss.multiMargin(3, 1), "multi_margin", "p is 3");
    cases.refused("multi_margin", "images", () -> Loss.multiMargin().of(zeros(2, 3, 4), zeros(2, 4)),
        "multi_margin",
        "[2, 3, 4]");
  }
}
