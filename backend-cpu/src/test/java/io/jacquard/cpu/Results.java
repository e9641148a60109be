package io.jacquard.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.jacquard.Shape;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;

/** What float32 work gives on a backend of its own, bit by bit, to compare it with the same work done otherwise. */
record Results(List<int[]> bits) {
  /** @param work gets the same random numbers each time */
  static Results of(int threads, KernelCompiler.Mode mode, Function<SplittableRandom, List<Tensor>> work) {
    var backend = new CpuBackend(CpuProvider.info(threads), mode);
    try {
      return Device.with(new Device(backend), () -> {
        try (var _ = Scope.open()) {
          return new Results(work.apply(new SplittableRandom(5)).stream().map(Results::bits).toList());
        }
      });
    } finally {
      backend.close();
    }
  }

  /** Numbers from -1 to 1. */
  static Tensor tensor(Shape shape, SplittableRandom random) {
    var values = new float[(int) shape.numel()];
    for (int i = 0; i < values.length; i++) values[i] = (float) random.nextDouble(-1, 1);
    return Tensor.of(values, shape);
  }

  private static int[] bits(Tensor x) {
    var values = x.toFloats();
    return IntStream.range(0, values.length).map(i -> Float.floatToIntBits(values[i])).toArray();
  }

  void assertSameAs(Results expected, String what) {
    for (int r = 0; r < bits.size(); r++)
      assertArrayEquals(expected.bits.get(r), bits.get(r), what + ", result " + r);
  }
}
