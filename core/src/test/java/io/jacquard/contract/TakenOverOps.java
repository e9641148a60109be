package io.jacquard.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.ops.BatchNorm;
import io.jacquard.ops.BatchNormRelu;
import io.jacquard.ops.CrossEntropy;
import io.jacquard.ops.LayerNorm;
import io.jacquard.ops.LogSoftmax;
import io.jacquard.ops.MaxPool;
import io.jacquard.ops.Recurrence;
import io.jacquard.ops.RecurrentCell;
import io.jacquard.ops.RequireRange;
import io.jacquard.ops.Softmax;
import io.jacquard.ops.SumPool;
import io.jacquard.ops.Window;
import io.jacquard.spi.Backend;
import io.jacquard.spi.Device;
import io.jacquard.spi.ForwardingBackend;
import io.jacquard.spi.Operation;
import io.jacquard.spi.View;
import io.jacquard.tensor.Gradients;
import io.jacquard.tensor.Op;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Each composite op as the backend runs it, against its decomposition on the same backend. */
final class TakenOverOps {
  private TakenOverOps() {}

  /** The backend, with every composite op left to its decomposition. */
  static final class Decomposing extends ForwardingBackend {
    Decomposing(Backend inner) {
      super(inner);
    }

    @Override
    public boolean run(Operation op, View[] in, View[] out) {
      return false;
    }

    @Override
    public void close() {
      // the backend is not this decorator's
    }
  }

  /**
   * @param inputs plain arrays, the first of which is floating and takes a gradient
   * @param rest the type of the others; null for that of the first, and then they take a gradient too
   */
  private record Composite(Op op, String with, @Nullable DType rest,
      Function<SplittableRandom, List<Plain>> inputs) {}

  private static final List<Composite> OPS = List.of(
      rows(new Softmax(1), Shape.of(5, 9)), rows(new Softmax(0), Shape.of(5, 9)),
      rows(new Softmax(2), Shape.of(3, 4, 130)), rows(new Softmax(1), Shape.of(2, 1, 3)),
      rows(new Softmax(0), Shape.of(4, 0)), rows(new LogSoftmax(1), Shape.of(5, 9)),
      rows(new LogSoftmax(0), Shape.of(5, 9)), rows(new LogSoftmax(2), Shape.of(3, 4, 130)),
      rows(new LogSoftmax(1), Shape.of(64, 10)), classes(1, 1), classes(5, 3), classes(32, 10),
      classes(67, 130), norm(new LayerNorm(1, 1e-5), 0, Shape.of(5, 9), 9),
      norm(new LayerNorm(1, 1e-5), 1, Shape.of(2, 3, 33), 33),
      norm(new LayerNorm(1, 1e-3), 2, Shape.of(7, 1), 1),
      norm(new LayerNorm(1, 1e-5), 2, Shape.of(3, 130), 130),
      norm(new LayerNorm(1, 1e-5), 2, Shape.of(40, 64), 64),
      norm(new LayerNorm(2, 1e-5), 2, Shape.of(3, 4, 5), 4, 5),
      norm(new LayerNorm(1, 1e-5), 2, Shape.of(0, 6), 6),
      norm(new LayerNorm(1, 1e-5), 2, Shape.of(700, 48), 48),
      norm(new BatchNorm(1e-5), 0, Shape.of(5, 9), 9), norm(new BatchNorm(1e-5), 2, Shape.of(67, 3), 3),
      norm(new BatchNorm(1e-5), 2, Shape.of(2, 1), 1), norm(new BatchNorm(1e-3), 2, Shape.of(40, 130), 130),
      norm(new BatchNorm(1e-5), 2, Shape.of(1000, 36), 36),
      norm(new BatchNorm(1e-5), 0, Shape.of(2, 3, 5), 3),
      norm(new BatchNorm(1e-5), 2, Shape.of(4, 3, 1), 3),
      norm(new BatchNorm(1e-5), 2, Shape.of(3, 5, 130), 5),
      norm(new BatchNorm(1e-5), 2, Shape.of(1, 2, 77), 2),
      norm(new BatchNorm(1e-5), 2, Shape.of(9, 4, 700), 4), relu(Shape.of(67, 3), false),
      relu(Shape.of(40, 130), true), relu(Shape.of(1000, 36), false), relu(Shape.of(1000, 36), true),
      relu(Shape.of(3, 5, 13), true), sequence(RecurrentCell.LSTM, true, 5, 3, 4, 7),
      sequence(RecurrentCell.LSTM, false, 4, 1, 2, 33), sequence(RecurrentCell.GRU, true, 5, 3, 4, 7),
      sequence(RecurrentCell.GRU, false, 4, 1, 2, 33), sequence(RecurrentCell.RNN_TANH, true, 5, 3, 4, 7),
      sequence(RecurrentCell.RNN_RELU, false, 3, 2, 1, 1), max(Shape.of(70, 9), axis(3, 2, 1, 1)),
      max(Shape.of(20, 6, 5), axis(2, 2, 0, 1), axis(2, 2, 0, 1)),
      max(Shape.of(2, 3, 7, 6), axis(3, 2, 1, 1), axis(2, 1, 1, 2)),
      max(Shape.of(2, 17, 3, 4, 3), axis(2, 1, 0, 1), axis(2, 2, 0, 1), axis(3, 1, 1, 1)),
      average(7, Shape.of(70, 9), axis(3, 2, 1, 1)),
      average(4, Shape.of(20, 6, 5), axis(2, 2, 0, 1), axis(2, 2, 0, 1)),
      average(1, Shape.of(2, 3, 7, 6), axis(4, 3, 2, 1), axis(2, 1, 1, 1)),
      average(3, Shape.of(2, 17, 3, 4, 3), axis(2, 1, 0, 1), axis(2, 2, 0, 1), axis(3, 1, 1, 1)));

  private static Window.Axis axis(int kernel, int stride, int padding, int dilation) {
    return new Window.Axis(kernel, stride, padding, padding, dilation);
  }

  private static Composite max(Shape shape, Window.Axis... axes) {
    var window = new Window(List.of(axes));
    return new Composite(new MaxPool(window), shape + " by " + window, null,
        random -> List.of(Plain.random(shape, -5, 5, random)));
  }

  private static Composite average(double divisor, Shape shape, Window.Axis... axes) {
    var window = new Window(List.of(axes));
    return new Composite(new SumPool(window, divisor), shape + " by " + window, null,
        random -> List.of(Plain.random(shape, -5, 5, random)));
  }

  /** @param parameters how many there are beside the tensor: a weight, then a bias */
  private static Composite norm(Op op, int parameters, Shape shape, long... normalized) {
    return new Composite(op, shape + " by " + parameters, null, random -> {
      var inputs = new ArrayList<Plain>();
      inputs.add(Plain.random(shape, -3, 5, random));
      for (int i = 0; i < parameters; i++) inputs.add(Plain.random(Shape.of(normalized), -1, 2, random));
      return inputs;
    });
  }

  private static Composite relu(Shape shape, boolean residual) {
    return new Composite(new BatchNormRelu(1e-3, residual), shape.toString(), null, random -> {
      var channels = Shape.of(shape.size(1));
      var inputs = new ArrayList<>(List.of(Plain.random(shape, -3, 5, random),
          Plain.random(channels, -1, 2, random), Plain.random(channels, -1, 2, random)));
      if (residual) inputs.add(Plain.random(shape, -2, 1, random));
      return inputs;
    });
  }

  /** @param forward in this direction with biases, in the other without */
  private static Composite sequence(RecurrentCell cell, boolean forward, long steps, long batch, long inputs,
      long hidden) {
    var op = new Recurrence(cell, forward, !forward, false);
    var name = steps + " steps " + batch + "x" + inputs + "x" + hidden + (forward ? "" : " reversed");
    return new Composite(op, name, null, random -> {
      long rows = cell.gates() * hidden;
      var shapes = new ArrayList<>(List.of(Shape.of(steps, batch, inputs), Shape.of(batch, hidden)));
      if (cell.hasCellState()) shapes.add(Shape.of(batch, hidden));
      shapes.addAll(List.of(Shape.of(rows, inputs), Shape.of(rows, hidden)));
      if (forward) shapes.addAll(List.of(Shape.of(rows), Shape.of(rows)));
      return shapes.stream().map(shape -> Plain.random(shape, -1, 1, random)).toList();
    });
  }

  private static Composite rows(Op op, Shape shape) {
    return new Composite(op, shape.toString(), null, random -> List.of(Plain.random(shape, -5, 5, random)));
  }

  private static Composite classes(long samples, long classes) {
    return new Composite(new CrossEntropy(), "[" + samples + ", " + classes + "]", DType.INT64,
        random -> List.of(Plain.random(Shape.of(samples, classes), -5, 5, random),
            OpCases.numbers(DType.INT64, Shape.of(samples), 0, classes, random)));
  }

  static void cases(OpCases cases) {
    for (var composite : OPS) {
      for (var lay : Given.ALL) {
        for (var type : Cases.FLOATS) compare(cases, composite, type, lay);
      }
    }
    for (var type : List.of(DType.INT32, DType.INT64, DType.UINT8)) {
      for (var lay : Given.ALL) ranges(cases, type, lay);
    }
  }

  private static void compare(OpCases cases, Composite composite, DType type, Given lay) {
    var name = composite.op + " " + composite.with + " " + type + " " + lay + " as decomposed";
    cases.add(composite.op.name(), name, type, random -> {
      var inputs = composite.inputs.apply(random);
      var own = results(cases.device(), composite, type, lay, inputs);
      var decomposed = results(new Device(new Decomposing(cases.device().backend())), composite, type, lay,
          inputs);
      assertEquals(decomposed.size(), own.size());
      for (int k = 0; k < own.size(); k++) check(type, decomposed.get(k), own.get(k));
    });
  }

  private static void check(DType type, Plain expected, Plain actual) {
    assertEquals(expected.shape(), actual.shape());
    double unit = type == DType.FLOAT32 ? 2e-6 : 1e-14;
    double scale = Arrays.stream(expected.values()).map(Math::abs).reduce(1, Math::max);
    for (int i = 0; i < expected.values().length; i++)
      assertEquals(expected.values()[i], actual.values()[i], unit * scale, "element " + i);
  }

  /** The op's results, and the gradients of a weighted sum of them and their squares. */
  private static List<Plain> results(Device device, Composite composite, DType type, Given lay,
      List<Plain> inputs) {
    return Device.with(device, () -> {
      try (var _ = Scope.open()) {
        var in = new Tensor[inputs.size()];
        var leaves = new ArrayList<Tensor>();
        for (int i = 0; i < in.length; i++) {
          var rest = composite.rest;
          in[i] = lay.tensor(i == 0 || rest == null ? type : rest, inputs.get(i));
          if (i == 0 || rest == null) leaves.add(in[i].requiresGrad());
        }
        var all = new ArrayList<Tensor>();
        Tensor loss = null;
        for (var y : Tensor.apply(composite.op, in)) {
          all.add(y);
          var ramp = Tensor.arange(y.numel()).to(type).sin().reshape(y.shape());
          var part = y.mul(ramp).add(y.square().mul(0.1)).sum();
          loss = loss == null ? part : loss.add(part);
        }
        all.addAll(Gradients.of(Objects.requireNonNull(loss), leaves));
        return all.stream().map(t -> new Plain(t.shape(), t.toDoubles())).toList();
      }
    });
  }

  private static void ranges(OpCases cases, DType type, Given lay) {
    var check = new RequireRange("label", 7, "Look at it.");
    for (var decomposed : List.of(false, true)) {
      var name = type + " " + lay + (decomposed ? " decomposed" : "");
      cases.add("require_range", name, random -> {
        var device = decomposed ? new Device(new Decomposing(cases.device().backend())) : cases.device();
        Device.with(device, () -> {
          try (var _ = Scope.open()) {
            Tensor.apply(check, lay.tensor(type, OpCases.numbers(type, Shape.of(5, 9), 0, 7, random)));
            Tensor.apply(check, lay.tensor(type, Plain.of(Shape.of(0, 3))));
            var wrong = OpCases.numbers(type, Shape.of(5, 9), 0, 7, random);
            wrong.values()[40] = 9;
            var error = assertThrows(JacquardException.class, () -> {
              Tensor.apply(check, lay.tensor(type, wrong));
              device.backend().synchronize(); // at the latest
            });
            assertEquals("label 9 is out of range, expected 0 to 6. Look at it.", error.getMessage());
          }
        });
      });
    }
  }
}
