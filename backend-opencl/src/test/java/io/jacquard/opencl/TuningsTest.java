package io.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.kernels.MatmulTile;
import io.jacquard.kernels.plan.Tuning;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kernels as they are made for devices of other kinds than that of the tests: with tiles in shared memory, large
 * work-groups, positions of 64 bits. Whole numbers that floats hold exactly are compared with the CPU backend to the bit.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TuningsTest {
  private static final Tuning GPU = new Tuning(256, 256, 48 << 10, false, null, false);
  private static final Tuning SMALL_GPU = new Tuning(128, 64, 16 << 10, false, null, false);
  private static final Tuning WIDE = new Tuning(64, 32, 48 << 10, true, null, false);

  /** With vectors from shared memory, unrolled, and rows of blocks that are longer. */
  private static final Tuning VECTORS = new Tuning(256, 256, 48 << 10, false,
      new MatmulTile(true, 8, 4, 4, 8, 16, 4, 4, 4), false);
  private static final Tuning PAIRS = new Tuning(256, 256, 48 << 10, false,
      new MatmulTile(true, 4, 8, 2, 6, 8, 8, 2, 0), false);

  private final Device cpu = Backends.discover().open("cpu");
  private List<Device> devices;
  /** Which differ in how they multiply matrices. */
  private List<Device> multiplying;

  @BeforeAll
  void open() {
    devices = List.of(TestDevice.tuned(GPU), TestDevice.tuned(SMALL_GPU), TestDevice.tuned(WIDE));
    multiplying = List.of(TestDevice.tuned(VECTORS), TestDevice.tuned(PAIRS));
  }

  @AfterAll
  void close() {
    if (devices != null) devices.forEach(d -> d.backend().close());
    if (multiplying != null) multiplying.forEach(d -> d.backend().close());
    cpu.backend().close();
  }

  /** Runs on all devices and compares. */
  private void check(Function<SplittableRandom, Tensor> body) {
    var expected = run(cpu, body);
    for (var device : devices) assertArrayEquals(expected, run(device, body));
  }

  @ParameterizedTest
  @CsvSource({"1, 64, 64, 32", "2, 67, 45, 33", "1, 5, 100, 7", "1, 40, 40, 0"})
  void productsInVectors(int batch, int rows, int columns, int depth) {
    for (var type : List.of(DType.FLOAT32, DType.FLOAT64, DType.INT32)) {
      Function<SplittableRandom, Tensor> product = random -> whole(random, type, batch, rows, depth)
          .matmul(whole(random, type, batch, columns, depth).mT());
      var expected = run(cpu, product);
      for (var device : multiplying) assertArrayEquals(expected, run(device, product));
    }
  }

  private static double[] run(Device device, Function<SplittableRandom, Tensor> body) {
    return Device.with(device, () -> {
      try (var _ = Scope.open()) {
        return body.apply(new SplittableRandom(3)).toDoubles();
      }
    });
  }

  private static Tensor whole(SplittableRandom random, DType type, long... sizes) {
    var shape = Shape.of(sizes);
    return Tensor.of(random.longs(shape.numel(), -4, 5).toArray(), shape).to(type);
  }

  @ParameterizedTest
  @CsvSource({"1, 256, 256, 64", "1, 257, 300, 70", "1, 515, 530, 33", "1, 190, 200, 17", "3, 128, 130, 40",
      "1, 1, 300, 50", "2, 300, 1, 50", "1, 1, 1, 5", "1, 256, 256, 0", "1, 40, 40, 200"})
  void products(int batch, int rows, int columns, int depth) {
    for (var type : List.of(DType.FLOAT32, DType.FLOAT64, DType.INT32)) {
      for (int transposed = 0; transposed < 4; transposed++) {
        int which = transposed;
        check(random -> {
          var a = which % 2 == 0 ? whole(random, type, batch, rows, depth)
              : whole(random, type, batch, depth, rows).mT();
          var b = which / 2 == 0 ? whole(random, type, batch, depth, columns)
              : whole(random, type, batch, columns, depth).mT();
          return a.matmul(b);
        });
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 100000", "7, 5000", "300, 40", "5000, 3", "2, 70000"})
  void sums(int rows, int columns) {
    for (var type : List.of(DType.FLOAT32, DType.INT32)) {
      for (int dim = 0; dim < 2; dim++) {
        int d = dim;
        check(random -> whole(random, type, rows, columns).sum(d));
        check(random -> whole(random, type, rows, columns).argmax(d));
        check(random -> whole(random, type, rows, columns).mT().max(false, d));
      }
      check(random -> whole(random, type, rows, columns).sum());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 65, 5000})
  void elementsRowsAndLines(int n) {
    check(random -> whole(random, DType.FLOAT32, n, 3).mT().add(whole(random, DType.FLOAT32, n)));
    check(random -> whole(random, DType.FLOAT32, n).cumsum(0));
    check(random -> whole(random, DType.INT64, 2, n).argsort(1, true).to(DType.FLOAT64));
    check(random -> whole(random, DType.FLOAT32, 9, 5).gatherRows(whole(random, DType.INT64, n).add(4)));
  }
}
