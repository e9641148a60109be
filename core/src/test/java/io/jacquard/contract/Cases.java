package io.jacquard.contract;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.spi.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.function.Executable;

/** The cases of one part of the contract, as they are collected. */
final class Cases {
  private final Device device;
  private final OpTable table;
  private final List<DynamicTest> tests = new ArrayList<>();

  Cases(Device device, OpTable table) {
    this.device = device;
    this.table = table;
  }

  Device device() {
    return device;
  }

  /** A case that makes its operands from a generator seeded by its name. */
  void add(String op, String name, Tolerance tolerance, Function<SplittableRandom, Trial> trial) {
    var full = op + " " + name;
    add(op, name, () -> trial.apply(new SplittableRandom(full.hashCode())).check(device, tolerance));
  }

  /** A case that makes its operands, and from them its bounds. */
  void add(String op, String name, BiConsumer<SplittableRandom, Device> check) {
    var full = op + " " + name;
    add(op, name, () -> check.accept(new SplittableRandom(full.hashCode()), device));
  }

  /** A case of any other kind. */
  void add(String op, String name, Executable body) {
    tests.add(DynamicTest.dynamicTest(op + " " + name, table.counted(op, body)));
  }

  Stream<DynamicTest> stream() {
    return tests.stream();
  }

  /** Shapes of every rank to 5, odd, with ones, empty. */
  static final List<Shape> SHAPES = List.of(Shape.SCALAR, Shape.of(67), Shape.of(5, 9), Shape.of(3, 0, 5),
      Shape.of(2, 3, 4), Shape.of(1, 13), Shape.of(3, 5, 7, 2), Shape.of(17, 1), Shape.of(31),
      Shape.of(2, 1, 3, 2, 5),
      Shape.of(4, 1, 6), Shape.of(0), Shape.of(1), Shape.of(33, 16), Shape.of(3, 64));

  /** Shapes beyond the thresholds at which implementations change their ways. */
  static final List<Shape> LARGE = List.of(Shape.of(1000), Shape.of(129, 67), Shape.of(40_000),
      Shape.of(7, 33, 65),
      Shape.of(2, 8191));

  static final List<DType> FLOATS = List.of(DType.FLOAT32, DType.FLOAT64);
  static final List<DType> FLOATS_AND_HALVES = List.of(DType.FLOAT32, DType.FLOAT64, DType.BFLOAT16,
      DType.FLOAT16);
  static final List<DType> NUMBERS = List.of(DType.FLOAT32, DType.FLOAT64, DType.INT32, DType.INT64,
      DType.UINT8);
  /** The types in which backends compute: all but the halves, in which numbers are only kept. */
  static final List<DType> COMPUTED = Stream.of(DType.values()).filter(type -> !type.isHalf()).toList();
  static final List<DType> ALL = List.of(DType.values());

  /** Element {@code i} of a list that repeats without end. */
  static <T> T pick(List<T> list, int i) {
    return list.get(Math.floorMod(i, list.size()));
  }
}
