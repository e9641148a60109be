package io.jacquard.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.expr.Program;
import io.jacquard.models.Models;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;
import io.jacquard.spi.Gemm;
import io.jacquard.spi.OpenOptions;
import io.jacquard.spi.Reduction;
import io.jacquard.spi.View;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Speed below which something is broken: the JVM's compiler gives up silently, and then a kernel is 5 to 30 times slower
 * and makes garbage. One thread, against a plain Java loop in the same run; the factors leave room for a busy machine.
 */
class FloorsTest {
  private static final long[] NO_PARAMS = {};
  private static final View[] NO_VIEWS = {};
  private static final int SIZE = 512;
  /** Float32 numbers that stay in a core's cache. */
  private static final int COUNT = 1 << 14;

  private static final int MOST_BYTES = 16 << 10;

  private final List<Tensor> held = new ArrayList<>();
  private Device device;
  /** What the plain loop added up: a loop whose result no one reads is removed. */
  private float total;

  @BeforeEach
  void open() {
    assumeFalse(Boolean.getBoolean("jacquard.checked"),
        "checked mode tests every access, which is what would be measured");
    device = Backends.discover().choose("cpu", new OpenOptions(1)).device();
  }

  @AfterEach
  void close() {
    held.forEach(Tensor::close);
    if (device != null) device.backend().close();
  }

  private static float[] numbers(int count) {
    return new Generator(1).uniform(count, -1, 1);
  }

  private View view(float[] values, long... sizes) {
    var tensor = Device.with(device, () -> Tensor.of(values, Shape.of(sizes)).hold());
    held.add(tensor);
    return tensor.view();
  }

  private static void plainMatmul(float[] a, float[] b, float[] c) {
    Arrays.fill(c, 0);
    for (int i = 0; i < SIZE; i++) {
      for (int k = 0; k < SIZE; k++) plainRow(a[i * SIZE + k], b, k * SIZE, c, i * SIZE);
    }
  }

  private static void plainRow(float factor, float[] b, int from, float[] c, int to) {
    for (int j = 0; j < SIZE; j++) c[to + j] += factor * b[from + j];
  }

  @Test
  void matmul() {
    var a = numbers(SIZE * SIZE);
    var c = new float[SIZE * SIZE];
    var x = view(a, SIZE, SIZE);
    var out = new View[]{view(c, SIZE, SIZE)};
    Race.assertAtLeast(3, "matmul 512x512x512",
        () -> device.backend().matmul(Gemm.PLAIN, NO_PARAMS, x, x, NO_VIEWS, out),
        () -> plainMatmul(a, a, c));
    assertEquals(c[SIZE + 7], held.getLast().toFloats()[SIZE + 7], 1e-3, "both computed the same");
  }

  private static void plainScaleRelu(float[] x, float[] w, float[] b, float[] y) {
    for (int i = 0; i < COUNT; i++) y[i] = Math.max(x[i] * w[i] + b[i], 0);
  }

  @Test
  void fusedMap() {
    var x = numbers(COUNT);
    var y = new float[COUNT];
    var program = Program.of(in -> in[0].mul(in[1]).add(in[2]).relu(), DType.FLOAT32, DType.FLOAT32,
        DType.FLOAT32);
    var in = new View[]{view(x, COUNT), view(x, COUNT), view(x, COUNT)};
    var out = new View[]{view(y, COUNT)};
    Race.assertAtLeast(0.5, "map of relu(x*w + b)",
        () -> device.backend().map(program, NO_PARAMS, in, out), () -> plainScaleRelu(x, x, x, y));
    assertEquals(y[7], held.getLast().toFloats()[7], 1e-6, "both computed the same");
  }

  private static void plainExp(float[] x, float[] y) {
    for (int i = 0; i < COUNT; i++) y[i] = (float) Math.exp(x[i]);
  }

  @Test
  void exponential() {
    var x = numbers(COUNT);
    var y = new float[COUNT];
    var program = Program.of(in -> in[0].exp(), DType.FLOAT32);
    var in = new View[]{view(x, COUNT)};
    var out = new View[]{view(y, COUNT)};
    Race.assertAtLeast(2, "map of exp", () -> device.backend().map(program, NO_PARAMS, in, out),
        () -> plainExp(x, y));
    assertEquals(y[7], held.getLast().toFloats()[7], 1e-5, "both computed the same");
  }

  private static float plainSum(float[] x) {
    float sum = 0;
    for (int i = 0; i < COUNT; i++) sum += x[i];
    return sum;
  }

  @Test
  void sum() {
    var x = numbers(COUNT);
    var program = Program.of(in -> in[0], DType.FLOAT32);
    var in = new View[]{view(x, COUNT)};
    var out = new View[]{view(new float[1], 1)};
    var axes = new int[]{0};
    Race.assertAtLeast(1, "sum",
        () -> device.backend().reduce(Reduction.of(Reduction.Fold.SUM), program, NO_PARAMS, in, axes, out),
        () -> total = plainSum(x));
    assertEquals(total, held.getLast().toFloats()[0], 1e-2, "both computed the same");
  }

  @Test
  void aReplayedTrainingStepLeavesTheJavaHeapAlone() {
    double bytes = Double.POSITIVE_INFINITY;
    long end = System.nanoTime() + Race.PATIENCE_NANOS;
    // A busy machine is slow to compile, and what is not compiled allocates.
    while (bytes >= MOST_BYTES && System.nanoTime() < end) bytes = Math.min(bytes, bytesPerStep());
    assertTrue(bytes < MOST_BYTES,
        "a step takes " + bytes + " bytes of the Java heap, expected less than " + MOST_BYTES);
  }

  private double bytesPerStep() {
    return Device.with(device,
        () -> StepAllocation.perStep(Models.mlp(), ManyDigits.of(32 * 100), 32, Duration.ofSeconds(1)));
  }
}
