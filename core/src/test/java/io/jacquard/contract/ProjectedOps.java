package io.jacquard.contract;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.ops.ProjectedRecurrence;
import io.jacquard.ops.Recurrence;
import io.jacquard.ops.RecurrentCell;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/** LSTMs whose h is projected, by their formulas. */
final class ProjectedOps {
  private record Sizes(int steps, int batch, int inputs, int hidden, int projected) {}

  private static final List<Sizes> SIZES = List.of(new Sizes(1, 1, 1, 2, 1), new Sizes(3, 2, 4, 3, 2),
      new Sizes(2, 3, 1, 9, 7));

  private ProjectedOps() {}

  static void cases(OpCases cases) {
    for (boolean reverse : new boolean[]{false, true}) {
      for (boolean lengths : new boolean[]{false, true}) {
        var op = new ProjectedRecurrence(
            new Recurrence(RecurrentCell.LSTM, reverse != lengths, reverse, lengths));
        for (var sizes : SIZES) values(cases, op, sizes);
        for (int j = 0; j < 2; j++) {
          int output = j;
          var sizes = new Sizes(3, 2, 2, 3, 2);
          cases.gradients(op.name(), name(op, sizes, Given.WHOLE) + " of result " + j,
              in -> Tensor.apply(op, in)[output],
              random -> tensors(op, inputs(op, sizes, DType.FLOAT64, random), DType.FLOAT64, Given.WHOLE));
        }
      }
    }
    wrongUse(cases);
  }

  private static String name(ProjectedRecurrence op, Sizes sizes, Given lay) {
    return sizes + (op.of().bias() ? " biased" : "") + (op.of().reverse() ? " reversed" : "")
        + (op.of().lengths() ? " by lengths " : " ") + lay;
  }

  private static List<Plain> inputs(ProjectedRecurrence op, Sizes s, DType type, SplittableRandom random) {
    var shapes = new ArrayList<>(List.of(Shape.of(s.steps, s.batch, s.inputs), Shape.of(s.batch, s.projected),
        Shape.of(s.batch, s.hidden), Shape.of(4L * s.hidden, s.inputs),
        Shape.of(4L * s.hidden, s.projected)));
    for (int i = 0; op.of().bias() && i < 2; i++) shapes.add(Shape.of(4L * s.hidden));
    shapes.add(Shape.of(s.projected, s.hidden));
    var inputs = new ArrayList<Plain>();
    for (var shape : shapes) inputs.add(OpCases.numbers(type, shape, -1, 1, random));
    if (op.of().lengths())
      inputs.add(OpCases.numbers(DType.INT64, Shape.of(s.batch), 0, s.steps + 1, random));
    return inputs;
  }

  private static Tensor[] tensors(ProjectedRecurrence op, List<Plain> inputs, DType type, Given lay) {
    var in = new Tensor[inputs.size()];
    for (int i = 0; i < in.length; i++)
      in[i] = lay.tensor(op.of().lengths() && i == in.length - 1 ? DType.INT64 : type, inputs.get(i));
    return in;
  }

  private static void values(OpCases cases, ProjectedRecurrence op, Sizes sizes) {
    for (var lay : Given.ALL) {
      for (var type : Cases.FLOATS) {
        cases.add(op.name(), type + " " + name(op, sizes, lay), type, random -> {
          var inputs = inputs(op, sizes, type, random);
          var expected = states(op, sizes, inputs);
          var out = Tensor.apply(op, tensors(op, inputs, type, lay));
          for (int j = 0; j < out.length; j++) OpCases.check(type, expected[j], out[j]);
        });
      }
    }
  }

  private static Plain[] states(ProjectedRecurrence op, Sizes s, List<Plain> in) {
    var h = in.get(1).values().clone();
    var c = in.get(2).values().clone();
    int projection = op.of().bias() ? 7 : 5;
    var all = new double[][]{new double[s.steps * h.length], new double[s.steps * c.length]};
    for (int step = 0; step < s.steps; step++) {
      int t = op.of().reverse() ? s.steps - 1 - step : step;
      for (int n = 0; n < s.batch; n++) {
        if (!op.of().lengths() || t < in.get(projection + 1).at(n))
          step(op, s, in, projection, t, n, h, c);
      }
      System.arraycopy(h, 0, all[0], t * h.length, h.length);
      System.arraycopy(c, 0, all[1], t * c.length, c.length);
    }
    return new Plain[]{new Plain(Shape.of(s.steps, s.batch, s.projected), all[0]),
        new Plain(Shape.of(s.steps, s.batch, s.hidden), all[1])};
  }

  private static void step(ProjectedRecurrence op, Sizes s, List<Plain> in, int projection, int t, int n,
      double[] h, double[] c) {
    var out = new double[s.hidden];
    for (int j = 0; j < s.hidden; j++) {
      var a = new double[4];
      for (int k = 0; k < 4; k++) {
        int row = k * s.hidden + j;
        if (op.of().bias()) a[k] = in.get(5).at(row) + in.get(6).at(row);
        for (int i = 0; i < s.inputs; i++) a[k] += in.get(3).at(row, i) * in.getFirst().at(t, n, i);
        for (int i = 0; i < s.projected; i++) a[k] += in.get(4).at(row, i) * h[n * s.projected + i];
      }
      int at = n * s.hidden + j;
      c[at] = sigmoid(a[1]) * c[at] + sigmoid(a[0]) * Math.tanh(a[2]);
      out[j] = sigmoid(a[3]) * Math.tanh(c[at]);
    }
    for (int i = 0; i < s.projected; i++) {
      double sum = 0;
      for (int j = 0; j < s.hidden; j++) sum += in.get(projection).at(i, j) * out[j];
      h[n * s.projected + i] = sum;
    }
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static void wrongUse(OpCases cases) {
    refused(cases, "a matrix as input", 0, Tensor::flatten, "[T, N, input_size]");
    refused(cases, "a state as large as c", 1, h -> Tensor.zeros(2, 3), "h0", "[2, 2]");
    refused(cases, "a small c", 2, c -> c.slice(1, 0, 2), "c0", "[2, 3]");
    refused(cases, "a weight of other inputs", 3, w -> w.slice(1, 0, 3), "weight_ih", "12, 4]");
    refused(cases, "a weight of another type", 4, w -> w.to(DType.BFLOAT16), "weight_hh", "bfloat16");
    refused(cases, "a short bias", 6, b -> b.slice(0, 0, 2), "bias_hh", "[2]");
    refused(cases, "a vector as projection", 7, Tensor::flatten, "[proj_size, hidden_size]");
    refused(cases, "lengths of another type", 8, l -> l.to(DType.INT32), "lengths", "int64[2]");
  }

  private static void refused(OpCases cases, String name, int input, UnaryOperator<Tensor> wrong,
      String... parts) {
    var op = new ProjectedRecurrence(new Recurrence(RecurrentCell.LSTM, true, false, true));
    cases.refused(op.name(), name, () -> {
      var sizes = new Sizes(3, 2, 4, 3, 2);
      var in = tensors(op, inputs(op, sizes, DType.FLOAT32, new SplittableRandom(1)), DType.FLOAT32,
          Given.WHOLE);
      in[input] = wrong.apply(in[input]);
      Tensor.apply(op, in);
    }, parts);
  }
}
