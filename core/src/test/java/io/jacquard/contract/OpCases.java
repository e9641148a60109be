package io.jacquard.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * The cases of one part of {@link OpContract}, as they are collected. Each runs on the device, in a scope of its own, and
 * fails if memory is still held when the scope is closed.
 */
final class OpCases {
  /** A case; its random numbers are seeded by its name. */
  @FunctionalInterface
  interface Body {
    void run(SplittableRandom random);
  }

  private final Device device;
  private final OpTable table;
  private final Generator generator;
  private final List<DynamicTest> tests = new ArrayList<>();

  /** @param generator whose draw base lies on the device already, so that no case makes it */
  OpCases(Device device, OpTable table, Generator generator) {
    this.device = device;
    this.table = table;
    this.generator = generator;
  }

  Device device() {
    return device;
  }

  void add(String op, String name, Body body) {
    var full = op + " " + name;
    tests.add(DynamicTest.dynamicTest(full,
        table.counted(op, () -> run(() -> body.run(new SplittableRandom(full.hashCode()))))));
  }

  /** A case that needs a type; skipped where the device lacks it. */
  void add(String op, String name, DType type, Body body) {
    add(op, name, random -> {
      assumeTrue(type != DType.FLOAT64 || device.info().float64(), () -> device.name() + " has no float64");
      body.run(random);
    });
  }

  /** Cases that check a gradient, and the gradient of the gradient. */
  void gradients(String op, String name, GradCheck.Function function, Inputs at) {
    add(op, name + " gradient", DType.FLOAT64, random -> GradCheck.first(function, at.of(random)));
    add(op, name + " second gradient", DType.FLOAT64, random -> GradCheck.second(function, at.of(random)));
  }

  /** The point at which gradients are checked. */
  @FunctionalInterface
  interface Inputs {
    Tensor[] of(SplittableRandom random);
  }

  /** A case of wrong use: the message must have all these parts. */
  void refused(String op, String name, Runnable wrong, String... parts) {
    add(op, "refuses " + name, _ -> {
      var message = assertThrows(JacquardException.class, () -> {
        wrong.run();
        device.backend().synchronize(); // a wrong number in a tensor may be noticed no sooner
      }).getMessage();
      for (var part : parts)
        assertTrue(message.contains(part), () -> "'" + part + "' is missing in: " + message);
      assertTrue(message.endsWith(".") && message.length() < 500, message);
    });
  }

  private void run(Runnable body) {
    long before = device.memory().liveBytes();
    Device.with(device, () -> Generator.with(generator, () -> {
      try (var _ = Scope.open()) {
        body.run();
      }
    }));
    assertEquals(before, device.memory().liveBytes(), "bytes held after the case's scope was closed");
  }

  Stream<DynamicTest> stream() {
    return tests.stream();
  }

  /** Type, shape and elements; floats within rounding, and a NaN for a NaN. */
  static void check(DType type, Plain expected, Tensor actual) {
    check(type, expected, actual, 0);
  }

  /** @param rounding what a float32 may be off, if that is more than for other operations */
  static void check(DType type, Plain expected, Tensor actual, double rounding) {
    assertEquals(type, actual.dtype(), "type");
    assertEquals(expected.shape(), actual.shape(), "shape");
    var values = actual.toDoubles();
    double unit = type == DType.FLOAT32 ? Math.max(unit(type), rounding) : unit(type);
    for (int i = 0; i < values.length; i++) {
      double want = expected.values()[i];
      double bound = unit * Math.max(1, Math.abs(want));
      boolean near = Double.compare(want, values[i]) == 0 || want == values[i]
          || Math.abs(want - values[i]) <= bound;
      if (!near) fail("element " + i + ": expected " + want + ", but was " + values[i]);
    }
  }

  private static double unit(DType type) {
    return switch (type) {
      case FLOAT32 -> 4e-6;
      case FLOAT64 -> 1e-13;
      case BFLOAT16 -> 0x1p-7;
      case FLOAT16 -> 0x1p-10;
      case INT32, INT64, UINT8, BOOL -> 0;
    };
  }

  /** Random numbers that the type can hold: floats from [low, high), whole numbers for integers, 0 or 1 for bools. */
  static Plain numbers(DType type, Shape shape, double low, double high, SplittableRandom random) {
    var plain = Plain.random(shape, low, high, random);
    return switch (type) {
      case FLOAT64 -> plain;
      case FLOAT32, BFLOAT16, FLOAT16 -> plain.map(x -> type.value(type.bits(x)));
      case INT32, INT64 -> plain.map(Math::floor);
      case UINT8 -> plain.map(x -> Math.floor(Math.abs(x)));
      case BOOL -> plain.map(x -> x < (low + high) / 2 ? 0 : 1);
    };
  }
}
