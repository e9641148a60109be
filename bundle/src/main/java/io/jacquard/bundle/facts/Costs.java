package io.jacquard.bundle.facts;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.expr.Program;
import io.jacquard.ops.Fill;
import io.jacquard.spi.Backend;
import io.jacquard.spi.Buffer;
import io.jacquard.spi.Device;
import io.jacquard.spi.Gemm;
import io.jacquard.spi.Layout;
import io.jacquard.spi.View;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/** What single calls of a backend cost, by the clock of the host, with all work done at both ends. Medians. */
final class Costs {
  private static final long[] NO_PARAMS = {};
  private static final int ROUNDS = 7;
  private static final long WARM_NANOS = 300_000_000L;
  private static final int LAUNCHES = 2_000;
  private static final int KERNELS = 6;
  /** Bytes that are moved: on a GPU far more than its caches hold. */
  private static final long GPU_BYTES = 1L << 30;
  private static final long BYTES = 64L << 20;

  private final Backend backend;
  private final long bytes;

  Costs(Device device) {
    backend = device.backend();
    bytes = device.info().backend().equals("cuda") ? GPU_BYTES : BYTES;
  }

  /** Seconds of {@code work}, once it is warm. */
  private double seconds(Runnable work) {
    var seconds = new double[ROUNDS];
    for (long end = System.nanoTime() + WARM_NANOS; System.nanoTime() < end;) once(work);
    for (int i = 0; i < ROUNDS; i++) seconds[i] = once(work);
    return median(seconds);
  }

  private double once(Runnable work) {
    backend.synchronize();
    long start = System.nanoTime();
    work.run();
    backend.synchronize();
    return (System.nanoTime() - start) * 1e-9;
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  /** Float32 memory, all ones, for as long as {@code body} runs. */
  private double on(int count, long elements, ToDoubleFunction<View[]> body) {
    var views = new View[count];
    try {
      for (int i = 0; i < count; i++)
        views[i] = new View(backend.allocate(4 * elements), DType.FLOAT32,
            Layout.contiguous(Shape.of(elements)));
      for (var view : views) Fill.run(backend, DType.FLOAT32.bits(1), view);
      return body.applyAsDouble(views);
    } finally {
      backend.synchronize();
      for (var view : views) {
        if (view != null) backend.free(view.buffer());
      }
    }
  }

  /** Milliseconds for a kernel that nobody has compiled before, its first launch included. */
  double compileMillis() {
    return on(2, 64, v -> {
      var millis = new double[KERNELS];
      for (int i = 0; i < KERNELS; i++) {
        double fresh = (System.nanoTime() & 0xFFFFF) * 8 + i; // one of 2^23, which float32 tells apart
        var program = Program.of(in -> in[0].mul(fresh).tanh().add(in[0].exp()), DType.FLOAT32);
        backend.synchronize();
        long start = System.nanoTime();
        backend.map(program, NO_PARAMS, new View[]{v[0]}, new View[]{v[1]});
        backend.synchronize();
        millis[i] = (System.nanoTime() - start) * 1e-6;
      }
      return median(millis);
    });
  }

  private static final Program INCREMENT = Program.of(in -> in[0].add(1), DType.FLOAT32);

  private void launch(View[] v) {
    backend.map(INCREMENT, NO_PARAMS, new View[]{v[0]}, new View[]{v[0]});
  }

  double launchMicros() {
    return on(1, 64, v -> seconds(() -> {
      for (int i = 0; i < LAUNCHES; i++) launch(v);
    }) / LAUNCHES * 1e6);
  }

  double waitedLaunchMicros() {
    return on(1, 64, v -> seconds(() -> {
      for (int i = 0; i < 100; i++) {
        launch(v);
        backend.synchronize();
      }
    }) / 100 * 1e6);
  }

  /** Microseconds for each of {@code launches} that were captured and are started together. */
  double capturedMicros(int launches) {
    return on(1, 64, v -> {
      launch(v); // compiled before
      backend.synchronize();
      var captured = backend.capture(() -> {
        for (int i = 0; i < launches; i++) launch(v);
      }).orElseThrow(() -> new IllegalStateException("this backend captures nothing"));
      try (captured) {
        return seconds(() -> {
          for (int i = 0; i < 100; i++) captured.launch();
        }) / (100.0 * launches) * 1e6;
      }
    });
  }

  double uploadRate() {
    return move(Backend::upload);
  }

  double downloadRate() {
    return move((backend, host, buffer, offset) -> backend.download(buffer, offset, host));
  }

  private interface Move {
    void run(Backend backend, MemorySegment host, Buffer buffer, long offset);
  }

  private double move(Move move) {
    long part = Math.min(bytes, 256L << 20);
    return on(1, part / 4, v -> {
      try (var arena = Arena.ofConfined()) {
        var host = arena.allocate(part, 4096).fill((byte) 1);
        return part / seconds(() -> move.run(backend, host, v[0].buffer(), 0)) * 1e-9;
      }
    });
  }

  double copyRate() {
    var copy = Program.of(in -> in[0].mul(1.5), DType.FLOAT32);
    return on(2, bytes / 4, v -> 2 * bytes
        / seconds(() -> backend.map(copy, NO_PARAMS, new View[]{v[0]}, new View[]{v[1]})) * 1e-9);
  }

  /** Of ones, which says nothing of how warm real numbers make a device. */
  double productRate(long side) {
    return on(3, side * side, v -> {
      var square = Layout.contiguous(Shape.of(side, side));
      var m = Arrays.stream(v).map(view -> new View(view.buffer(), view.dtype(), square))
          .toArray(View[]::new);
      return 2.0 * side * side * side
          / seconds(() -> backend.matmul(Gemm.PLAIN, NO_PARAMS, m[0], m[1], new View[0], new View[]{m[2]}))
          * 1e-12;
    });
  }
}
