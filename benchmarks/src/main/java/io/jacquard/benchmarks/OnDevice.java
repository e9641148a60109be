package io.jacquard.benchmarks;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;
import io.jacquard.spi.OpenOptions;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What all benchmarks share: a device, opened with a number of threads, and how JMH measures. Of devices that work on while
 * the host goes on, the end of the work counts: {@link #done}.
 *
 * <pre>{@code
 * public class SpiCopies extends OnDevice {
 *   private Tensor x;
 *
 *   @Override
 *   void prepare() {
 *     x = random(1024, 1024);
 *   }
 *
 *   @Benchmark
 *   public void transpose() { ... }
 * }
 * }</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public abstract class OnDevice {
  /** No parameters, for calls to a backend. */
  static final long[] NO_PARAMS = {};

  /** The device: {@code -p backend=cpu,opencl:1,cuda}. */
  @Param({"cpu"})
  public String backend;

  /** Threads that compute, where the device is the host's cores. */
  @Param({"1", "2"})
  public int threads;

  Device device;
  private final List<Tensor> held = new ArrayList<>();

  /** Opens the backend and makes what the benchmark works on. */
  @Setup
  public void open() {
    device = Backends.discover().choose(backend, new OpenOptions(threads)).device();
    Device.with(device, this::prepare);
  }

  /** Makes what the benchmark works on; {@link #device} is the current device. */
  abstract void prepare();

  @TearDown
  public void close() {
    held.forEach(Tensor::close);
    held.clear();
    device.memory().flush();
    device.backend().close();
  }

  /** Waits for the device, and gives the tensor on. */
  final Tensor done(Tensor tensor) {
    device.backend().synchronize();
    return tensor;
  }

  /** Float32 numbers from -1 to 1, the same ones each time, which live until {@link #close}. */
  final Tensor random(long... sizes) {
    var shape = Shape.of(sizes);
    var random = new SplittableRandom(1);
    var values = new float[Math.toIntExact(shape.numel())];
    for (int i = 0; i < values.length; i++) values[i] = 2 * (float) random.nextDouble() - 1;
    return held(Tensor.of(values, shape));
  }

  /** Float32 values, all the same, which live until {@link #close}. */
  final Tensor filled(double value, long... sizes) {
    return held(Tensor.full(Shape.of(sizes), DType.FLOAT32, value));
  }

  /** The same tensor, to live until {@link #close}. */
  final Tensor held(Tensor made) {
    var tensor = made.hold();
    held.add(tensor);
    return tensor;
  }
}
