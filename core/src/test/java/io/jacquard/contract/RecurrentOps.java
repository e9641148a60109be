package io.jacquard.contract;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.ops.RecurrentCell;
import io.jacquard.ops.Recurrence;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/** Recurrent sequences: values by loops over steps, samples and numbers, gradients by differences. */
final class RecurrentOps {
  private record Sizes(int steps, int batch, int inputs, int hidden) {
    @Override
    public String toString() {
      return steps + " steps " + batch + "x" + inputs + "x" + hidden;
    }
  }

  private static final List<Sizes> SIZES = List.of(new Sizes(1, 1, 1, 1), new Sizes(3, 2, 4, 3),
      new Sizes(2, 5, 3, 17));

  private RecurrentOps() {}

  static void cases(OpCases cases) {
    for (var cell : RecurrentCell.values()) {
      for (boolean reverse : new boolean[]{false, true}) {
        for (boolean lengths : new boolean[]{false, true}) {
          var op = new Recurrence(cell, reverse != lengths, reverse, lengths);
          for (var sizes : SIZES) values(cases, op, sizes);
          gradients(cases, op, new Sizes(3, 2, 2, 2));
        }
      }
      wrongUse(cases, cell);
    }
  }

  private static String name(Recurrence op, Sizes sizes, Given lay) {
    return sizes + (op.bias() ? " biased" : "") + (op.reverse() ? " reversed" : "")
        + (op.lengths() ? " by lengths " : " ") + lay;
  }

  private static List<Plain> inputs(Recurrence op, Sizes s, DType type, SplittableRandom random) {
    long rows = (long) op.cell().gates() * s.hidden;
    var shapes = new ArrayList<Shape>();
    shapes.add(Shape.of(s.steps, s.batch, s.inputs));
    shapes.add(Shape.of(s.batch, s.hidden));
    if (op.cell().hasCellState()) shapes.add(Shape.of(s.batch, s.hidden));
    shapes.add(Shape.of(rows, s.inputs));
    shapes.add(Shape.of(rows, s.hidden));
    for (int i = 0; op.bias() && i < 2; i++) shapes.add(Shape.of(rows));
    var inputs = new ArrayList<Plain>();
    for (var shape : shapes) inputs.add(OpCases.numbers(type, shape, -1, 1, random));
    if (op.lengths()) inputs.add(OpCases.numbers(DType.INT64, Shape.of(s.batch), 0, s.steps + 1, random));
    return inputs;
  }

  private static Tensor[] tensors(Recurrence op, List<Plain> inputs, DType type, Given lay) {
    var in = new Tensor[inputs.size()];
    for (int i = 0; i < in.length; i++)
      in[i] = lay.tensor(op.lengths() && i == in.length - 1 ? DType.INT64 : type, inputs.get(i));
    return in;
  }

  private static void values(OpCases cases, Recurrence op, Sizes sizes) {
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

  private static void gradients(OpCases cases, Recurrence op, Sizes sizes) {
    for (int output = 0; output < (op.cell().hasCellState() ? 2 : 1); output++) {
      int j = output;
      cases.gradients(op.name(), name(op, sizes, Given.WHOLE) + " of result " + j,
          in -> Tensor.apply(op, in)[j],
          random -> {
            // A relu has a kink at 0: away from it, all sums are positive.
            var inputs = new ArrayList<>(inputs(op, sizes, DType.FLOAT64, random));
            if (op.cell() == RecurrentCell.RNN_RELU) {
              for (int i = 0; i < inputs.size() - (op.lengths() ? 1 : 0); i++)
                inputs.set(i, inputs.get(i).map(v -> Math.abs(v) + 0.1));
            }
            return tensors(op, inputs, DType.FLOAT64, Given.WHOLE);
          });
    }
  }

  /** By the formulas of {@link RecurrentCell}. */
  private static Plain[] states(Recurrence op, Sizes s, List<Plain> in) {
    var cell = op.cell();
    int next = 1;
    var h = in.get(next++).values().clone();
    var c = cell.hasCellState() ? in.get(next++).values().clone() : new double[h.length];
    var ofInput = in.get(next++);
    var ofState = in.get(next++);
    var zeros = new Plain(Shape.of(ofInput.shape().size(0)), new double[(int) ofInput.shape().size(0)]);
    var inputBias = op.bias() ? in.get(next++) : zeros;
    var stateBias = op.bias() ? in.get(next++) : zeros;
    var all = new double[2][s.steps * h.length];
    for (int step = 0; step < s.steps; step++) {
      int t = op.reverse() ? s.steps - 1 - step : step;
      var before = h.clone();
      for (int n = 0; n < s.batch; n++) {
        if (op.lengths() && t >= in.get(next).at(n)) continue;
        for (int j = 0; j < s.hidden; j++) {
          var a = new double[cell.gates()];
          var b = new double[cell.gates()];
          for (int k = 0; k < a.length; k++) {
            int row = k * s.hidden + j;
            a[k] = inputBias.at(row);
            for (int i = 0; i < s.inputs; i++) a[k] += ofInput.at(row, i) * in.getFirst().at(t, n, i);
            b[k] = stateBias.at(row);
            for (int i = 0; i < s.hidden; i++) b[k] += ofState.at(row, i) * before[n * s.hidden + i];
          }
          int at = n * s.hidden + j;
          switch (cell) {
            case RNN_TANH -> h[at] = Math.tanh(a[0] + b[0]);
            case RNN_RELU -> h[at] = Math.max(0, a[0] + b[0]);
            case LSTM -> {
              c[at] = sigmoid(a[1] + b[1]) * c[at] + sigmoid(a[0] + b[0]) * Math.tanh(a[2] + b[2]);
              h[at] = sigmoid(a[3] + b[3]) * Math.tanh(c[at]);
            }
            case GRU -> {
              double z = sigmoid(a[1] + b[1]);
              h[at] = (1 - z) * Math.tanh(a[2] + sigmoid(a[0] + b[0]) * b[2]) + z * before[at];
            }
          }
        }
      }
      System.arraycopy(h, 0, all[0], t * h.length, h.length);
      System.arraycopy(c, 0, all[1], t * h.length, h.length);
    }
    var shape = Shape.of(s.steps, s.batch, s.hidden);
    return new Plain[]{new Plain(shape, all[0]), new Plain(shape, all[1])};
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static void wrongUse(OpCases cases, RecurrentCell cell) {
    var op = new Recurrence(cell, true, false, true);
    refused(cases, op, "a matrix as input", 0, Tensor::flatten, "[T, N, input_size]");
    refused(cases, op, "no steps", 0, x -> x.slice(0, 0, 0), "T of 1 or more");
    refused(cases, op, "integers", 0, x -> x.to(DType.INT32), "int32", "floating");
    refused(cases, op, "a state of another batch", 1, h -> h.slice(0, 0, 1), "h0", "[2, 3]");
    int weights = cell.hasCellState() ? 3 : 2;
    refused(cases, op, "a weight of other inputs", weights, w -> w.slice(1, 0, 3), "weight_ih", ", 4]");
    refused(cases, op, "a weight of another type", weights + 1, w -> w.to(DType.BFLOAT16), "weight_hh",
        "bfloat16");
    refused(cases, op, "a short bias", weights + 3, b -> b.slice(0, 0, 2), "bias_hh", "[2]");
    refused(cases, op, "lengths of another type", weights + 4, l -> l.to(DType.INT32), "lengths", "int64[2]");
  }

  private static void refused(OpCases cases, Recurrence op, String name, int input,
      UnaryOperator<Tensor> wrong, String... parts) {
    cases.refused(op.name(), name, () -> {
      var sizes = new Sizes(3, 2, 4, 3);
      var in = tensors(op, inputs(op, sizes, DType.FLOAT32, new SplittableRandom(1)), DType.FLOAT32,
          Given.WHOLE);
      in[input] = wrong.apply(in[input]);
      Tensor.apply(op, in);
    }, parts);
  }
}
