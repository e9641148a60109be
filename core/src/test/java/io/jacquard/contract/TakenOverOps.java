package io.jacquard.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.ops.CrossEntropy;
import io.jacquard.ops.LogSoftmax;
import io.jacquard.ops.RequireRange;
import io.jacquard.ops.Softmax;
import io.jacquard.spi.Backend;
import io.jacquard.spi.Device;
import io.jacquard.spi.ForwardingBackend;
import io.jacquard.spi.Operation;
import io.jacquard.spi.View;
import io.jacquard.tensor.Gradients;
import io.jacquard.tensor.Op;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;

/** Each composite op as the backend runs it, against its decomposition on the same backend. */
final class TakenOverOps {
  private TakenOverOps() {}

  /** The backend, with every composite op left to its decomposition. */
  private static final class Decomposing extends ForwardingBackend {
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

  /** @param inputs plain arrays, the first of which is floating and takes a gradient */
  private record Composite(Op op, String with, Function<SplittableRandom, List<Plain>> inputs) {}

  private static final List<Composite> OPS = List.of(
      rows(new Softmax(1), Shape.of(5, 9)), rows(new Softmax(0), Shape.of(5, 9)),
      rows(new Softmax(2), Shape.of(3, 4, 130)), rows(new Softmax(1), Shape.of(2, 1, 3)),
      rows(new Softmax(0), Shape.of(4, 0)), rows(new LogSoftmax(1), Shape.of(5, 9)),
      rows(new LogSoftmax(0), Shape.of(5, 9)), rows(new LogSoftmax(2), Shape.of(3, 4, 130)),
      rows(new LogSoftmax(1), Shape.of(64, 10)), classes(1, 1), classes(5, 3), classes(32, 10),
      classes(67, 130));

  private static Composite rows(Op op, Shape shape) {
    return new Composite(op, shape.toString(), random -> List.of(Plain.random(shape, -5, 5, random)));
  }

  private static Composite classes(long samples, long classes) {
    return new Composite(new CrossEntropy(), "[" + samples + ", " + classes + "]",
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
      var own = results(cases.device(), composite.op, type, lay, inputs);
      var decomposed = results(new Device(new Decomposing(cases.device().backend())), composite.op, type, lay,
          inputs);
      assertEquals(decomposed.size(), own.size());
      for (int k = 0; k < own.size(); k++) check(type, decomposed.get(k), own.get(k));
    });
  }

  private static void check(DType type, Plain expected, Plain actual) {
    assertEquals(expected.shape(), actual.shape());
    double unit = type == DType.FLOAT32 ? 2e-6 : 1e-14;
    for (int i = 0; i < expected.values().length; i++) {
      double want = expected.values()[i];
      assertEquals(want, actual.values()[i], unit * Math.max(1, Math.abs(want)), "element " + i);
    }
  }

  /** The op's results, and the gradient of their squares. */
  private static List<Plain> results(Device device, Op op, DType type, Given lay, List<Plain> inputs) {
    return Device.with(device, () -> {
      try (var _ = Scope.open()) {
        var in = new Tensor[inputs.size()];
        for (int i = 0; i < in.length; i++) in[i] = lay.tensor(i == 0 ? type : DType.INT64, inputs.get(i));
        in[0].requiresGrad();
        var y = Tensor.apply(op, in)[0];
        var gradient = Gradients.of(y.square().sum(), in[0]);
        return List.of(new Plain(y.shape(), y.toDoubles()),
            new Plain(gradient.shape(), gradient.toDoubles()));
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
            var error = assertThrows(JacquardException.class,
                () -> Tensor.apply(check, lay.tensor(type, wrong)));
            assertEquals("label 9 is out of range, expected 0 to 6. Look at it.", error.getMessage());
          }
        });
      });
    }
  }
}
