package io.jacquard.contract;

import io.jacquard.Shape;
import io.jacquard.nn.Loss;
import io.jacquard.nn.TripleLoss;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;

/** Losses of numbers, in all reductions, and those of three tensors. */
final class ElementLossOps {
  private ElementLossOps() {}

  /** Numbers of predictions and targets come from these ranges; targets of a sign are -1 or 1. */
  private record Element(String name, Loss.Reducible loss, DoubleBinaryOperator reference, double low,
      double high,
      boolean signs) {}

  private static Element of(String name, Loss.Reducible loss, DoubleBinaryOperator reference) {
    return new Element(name, loss, reference, -3, 3, false);
  }

  private static double huber(double d, double delta) {
    return Math.abs(d) < delta ? d * d / 2 : delta * (Math.abs(d) - delta / 2);
  }

  private static double hinge(double x, double sign, double margin) {
    return sign > 0 ? x : Math.max(0, margin - x);
  }

  private static final List<Element> ELEMENTS = List.of(of("mse", Loss.mse(), (p, t) -> (p - t) * (p - t)),
      of("l1", Loss.l1(), (p, t) -> Math.abs(p - t)), of("huber", Loss.huber(), (p, t) -> huber(p - t, 1)),
      of("huber 0.3", Loss.huber(0.3), (p, t) -> huber(p - t, 0.3)),
      of("smooth_l1", Loss.smoothL1(), (p, t) -> huber(p - t, 1)),
      of("smooth_l1 0.3", Loss.smoothL1(0.3), (p, t) -> huber(p - t, 0.3) / 0.3),
      new Element("kl_div", Loss.klDiv(), (x, t) -> t * (Math.log(t) - x), 0.1, 2, false),
      of("kl_div log", Loss.klDiv(true), (x, t) -> Math.exp(t) * (t - x)),
      new Element("hinge_embedding", Loss.hingeEmbedding(), (x, t) -> hinge(x, t, 1), -2, 3, true),
      new Element("hinge_embedding 0.5", Loss.hingeEmbedding(0.5), (x, t) -> hinge(x, t, 0.5), -2, 3, true));

  static void cases(OpCases cases) {
    for (var element : ELEMENTS) elementwise(cases, element);
    weights(cases);
    triples(cases);
    wrongUse(cases);
  }

  private static double sum(Plain x) {
    return Arrays.stream(x.values()).sum();
  }

  private static void elementwise(OpCases cases, Element e) {
    var op = e.name.split(" ")[0];
    for (var shape : List.of(Shape.SCALAR, Shape.of(5), Shape.of(8, 3), Shape.of(2, 3, 4),
        Shape.of(1, 130))) {
      for (var lay : Given.ALL) {
        for (var type : Cases.FLOATS) {
          cases.add(op, e.name + " " + type + " " + shape + " " + lay, type, random -> {
            var p = OpCases.numbers(type, shape, e.low, e.high, random);
            var t = OpCases.numbers(type, shape, e.low, e.high, random);
            if (e.signs) t = t.map(v -> v < 0 ? -1 : 1);
            var expected = p.zip(t, e.reference);
            var prediction = lay.tensor(type, p);
            var target = lay.tensor(type, t);
            OpCases.check(type, expected, e.loss.none().of(prediction, target));
            OpCases.check(type, Plain.scalar(sum(expected)), e.loss.sum().of(prediction, target));
            OpCases.check(type, Plain.scalar(sum(expected) / shape.numel()), e.loss.of(prediction, target));
            if (shape.rank() > 0)
              OpCases.check(type, Plain.scalar(sum(expected) / shape.size(0)),
                  e.loss.batchMean().of(prediction, target));
          });
        }
        if (shape.numel() > 8 || e.signs) continue;
        cases.gradients(op, e.name + " " + shape + " " + lay, in -> e.loss.of(in[0], in[1]),
            random -> new Tensor[]{lay.random(shape, e.low, e.high, random),
                lay.random(shape, e.low, e.high, random)});
      }
    }
    if (e.signs) {
      cases.gradients(op, e.name + " with signs", in -> e.loss.sum().of(in[0], Tensor.of(1, -1, 1, -1)),
          random -> new Tensor[]{Given.WHOLE.random(Shape.of(4), -2, 0.4, random)});
    }
  }

  private static void weights(OpCases cases) {
    for (var weight : List.of(Shape.of(3), Shape.of(4, 1), Shape.of(4, 3), Shape.of(1))) {
      for (var lay : Given.ALL) {
        for (var type : Cases.FLOATS) {
          cases.add("bce", "weighted by " + weight + " " + type + " " + lay, type, random -> {
            var p = OpCases.numbers(type, Shape.of(4, 3), 0.05, 0.95, random);
            var t = OpCases.numbers(type, Shape.of(4, 3), 0, 1, random);
            var w = OpCases.numbers(type, weight, 0.1, 2, random);
            var expected = p.zip(t, (a, b) -> -b * Math.log(a) - (1 - b) * Math.log(1 - a)).zip(w,
                (a, b) -> a * b);
            var loss = Loss.bce().weight(lay.tensor(type, w));
            OpCases.check(type, expected, loss.none().of(lay.tensor(type, p), lay.tensor(type, t)));
            OpCases.check(type, Plain.scalar(sum(expected) / 12),
                loss.of(lay.tensor(type, p), lay.tensor(type, t)));
          });
          cases.add("bce_with_logits", "weighted by " + weight + " " + type + " " + lay, type, random -> {
            var x = OpCases.numbers(type, Shape.of(4, 3), -4, 4, random);
            var t = OpCases.numbers(type, Shape.of(4, 3), 0, 1, random);
            var w = OpCases.numbers(type, weight, 0.1, 2, random);
            var positive = OpCases.numbers(type, Shape.of(3), 0.1, 2, random);
            var yes = t.zip(positive, (b, q) -> b * q).zip(x, (b, a) -> b * Math.log1p(Math.exp(-a)));
            var expected = t.zip(x, (b, a) -> (1 - b) * Math.log1p(Math.exp(a))).zip(yes, Double::sum)
                .zip(w, (a, b) -> a * b);
            var loss = Loss.bceWithLogits().weight(lay.tensor(type, w)).posWeight(lay.tensor(type, positive));
            OpCases.check(type, expected, loss.none().of(lay.tensor(type, x), lay.tensor(type, t)));
            OpCases.check(type, Plain.scalar(sum(expected)),
                loss.sum().of(lay.tensor(type, x), lay.tensor(type, t)));
          });
        }
      }
    }
    cases.gradients("bce_with_logits", "weighted",
        in -> Loss.bceWithLogits().weight(Tensor.of(0.5, 2, 1)).posWeight(Tensor.of(3.0)).of(in[0], in[1]),
        random -> new Tensor[]{Given.WHOLE.random(Shape.of(2, 3), -3, 3, random),
            Given.TRANSPOSED.random(Shape.of(2, 3), 0.1, 0.9, random)});
  }

  /** @param rows whether the third tensor is like the others; otherwise it holds -1 and 1 */
  private record Triple(String name, TripleLoss.Reducible loss, boolean rows, Formula formula) {
    interface Formula {
      double of(double[] a, double[] b, double[] c);
    }
  }

  private static double distance(double[] a, double[] b, double p) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) sum += Math.pow(Math.abs(a[i] - b[i] + 1e-6), p);
    return Math.pow(sum, 1 / p);
  }

  private static double cosine(double[] a, double[] b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += a[i] * b[i];
      aa += a[i] * a[i];
      bb += b[i] * b[i];
    }
    return ab / Math.sqrt((aa + 1e-12) * (bb + 1e-12));
  }

  private static final List<Triple> TRIPLES = List.of(
      new Triple("margin_ranking", Loss.marginRanking(0.5), false,
          (a, b, y) -> Math.max(0, -y[0] * (a[0] - b[0]) + 0.5)),
      new Triple("cosine_embedding", Loss.cosineEmbedding(0.2), false,
          (a, b, y) -> y[0] > 0 ? 1 - cosine(a, b) : Math.max(0, cosine(a, b) - 0.2)),
      new Triple("triplet_margin", Loss.tripletMargin(), true,
          (a, p, n) -> Math.max(0, distance(a, p, 2) - distance(a, n, 2) + 1)),
      new Triple("triplet_margin 1", Loss.tripletMargin(0.5, 1, false), true,
          (a, p, n) -> Math.max(0, distance(a, p, 1) - distance(a, n, 1) + 0.5)),
      new Triple("triplet_margin 3 swap", Loss.tripletMargin(2, 3, true), true,
          (a, p, n) -> Math.max(0, distance(a, p, 3) - Math.min(distance(a, n, 3), distance(p, n, 3)) + 2)));

  private static double[] row(Plain x, int i, int width) {
    return Arrays.copyOfRange(x.values(), i * width, (i + 1) * width);
  }

  private static void triples(OpCases cases) {
    for (var triple : TRIPLES) {
      var op = triple.name.split(" ")[0];
      for (int rows : new int[]{1, 5, 17}) {
        for (int width : new int[]{1, 3, 8}) {
          boolean ranking = op.equals("margin_ranking");
          if (ranking && width > 1) continue;
          var shape = ranking ? Shape.of(rows) : Shape.of(rows, width);
          for (var lay : Given.ALL) {
            for (var type : Cases.FLOATS) {
              cases.add(op, triple.name + " " + type + " " + shape + " " + lay, type, random -> {
                var a = OpCases.numbers(type, shape, -2, 2, random);
                var b = OpCases.numbers(type, shape, -2, 2, random);
                var c = triple.rows
                    ? OpCases.numbers(type, shape, -2, 2, random)
                    : Plain.random(Shape.of(rows), -1, 1, random).map(v -> v < 0 ? -1 : 1);
                var expected = Plain.fill(Shape.of(rows), i -> triple.formula.of(row(a, (int) i[0], width),
                    row(b, (int) i[0], width), row(c, (int) i[0], triple.rows ? width : 1)));
                var in = new Tensor[]{lay.tensor(type, a), lay.tensor(type, b), lay.tensor(type, c)};
                OpCases.check(type, expected, triple.loss.none().of(in[0], in[1], in[2]));
                OpCases.check(type, Plain.scalar(sum(expected)), triple.loss.sum().of(in[0], in[1], in[2]));
                OpCases.check(type, Plain.scalar(sum(expected) / rows), triple.loss.of(in[0], in[1], in[2]));
              });
            }
          }
        }
      }
    }
    cases.gradients("margin_ranking", "far from the bend",
        in -> Loss.marginRanking(9).of(in[0], in[1], Tensor.of(1, -1, 1)),
        random -> new Tensor[]{Given.WHOLE.random(Shape.of(3), -2, 2, random),
            Given.WHOLE.random(Shape.of(3), -2, 2, random)});
    cases.gradients("cosine_embedding", "of both signs",
        in -> Loss.cosineEmbedding(-1).of(in[0], in[1], Tensor.of(1, -1)),
        random -> new Tensor[]{Given.TRANSPOSED.random(Shape.of(2, 3), 0.5, 2, random),
            Given.WHOLE.random(Shape.of(2, 3), -2, -0.5, random)});
    for (double p : new double[]{2, 3}) {
      cases.gradients("triplet_margin", "by the " + p + "-norm",
          in -> Loss.tripletMargin(9, p, false).of(in[0], in[1], in[2]),
          random -> new Tensor[]{Given.WHOLE.random(Shape.of(2, 3), -2, 0, random),
              Given.WHOLE.random(Shape.of(2, 3), 0.5, 2, random),
              Given.WHOLE.random(Shape.of(2, 3), 3, 4, random)});
    }
  }

  private static void wrongUse(OpCases cases) {
    for (var e : ELEMENTS) {
      if (e.name.contains(" ")) continue;
      cases.refused(e.name, "other shapes", () -> e.loss.of(Tensor.zeros(4, 1), Tensor.zeros(4)), e.name,
          "[4, 1]",
          "[4]", "reshape");
      cases.refused(e.name, "another rank", () -> e.loss.sum().of(Tensor.zeros(2), Tensor.scalar(1)), e.name,
          "[2]",
          "[]");
      cases.refused(e.name, "a broadcast", () -> e.loss.none().of(Tensor.zeros(1, 3), Tensor.zeros(2, 3)),
          e.name,
          "[1, 3]", "[2, 3]");
    }
    cases.refused("huber", "delta 0", () -> Loss.huber(0), "huber", "delta is 0.0");
    cases.refused("smooth_l1", "a negative beta", () -> Loss.smoothL1(-1), "smooth_l1", "beta is -1.0");
    cases.refused("bce", "a weight that does not fit",
        () -> Loss.bce().weight(Tensor.zeros(2)).of(Tensor.zeros(2, 3), Tensor.zeros(2, 3)), "bce", "[2]",
        "[2, 3]");
    cases.refused("bce_with_logits", "a weight that is larger",
        () -> Loss.bceWithLogits().posWeight(Tensor.zeros(2, 3)).of(Tensor.zeros(3), Tensor.zeros(3)),
        "bce_with_logits", "[2, 3]", "[3]");
    for (var triple : TRIPLES) {
      var op = triple.name;
      if (op.contains(" ")) continue;
      cases.refused(op, "other shapes",
          () -> triple.loss.of(Tensor.zeros(2, 3), Tensor.zeros(3, 2), Tensor.zeros(2)), op, "[2, 3]",
          "[3, 2]");
      cases.refused(op, "a third of another shape",
          () -> triple.loss.of(Tensor.zeros(2, 3), Tensor.zeros(2, 3), Tensor.zeros(4)), op, "[2, 3]", "[4]");
      cases.refused(op, "other ranks",
          () -> triple.loss.none().of(Tensor.zeros(2, 3), Tensor.zeros(3), Tensor.zeros(2)), op, "[2, 3]",
          "[3]");
    }
    cases.refused("triplet_margin", "p below 1", () -> Loss.tripletMargin(1, 0.5, false), "triplet_margin",
        "0.5");
  }
}
