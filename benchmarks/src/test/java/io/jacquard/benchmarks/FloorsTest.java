package io.jacquard.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.sun.management.ThreadMXBean;
import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.expr.Program;
import io.jacquard.models.Models;
import io.jacquard.ops.ConvOptions;
import io.jacquard.ops.Convolution;
import io.jacquard.ops.ConvolutionWeightGradient;
import io.jacquard.ops.Softmax;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;
import io.jacquard.spi.Gemm;
import io.jacquard.spi.Layout;
import io.jacquard.spi.OpenOptions;
import io.jacquard.spi.Reduction;
import io.jacquard.spi.View;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Tensor;
import java.lang.management.ManagementFactory;
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

  /** Of images. */
  private static final int SIDE = 14;
  private static final int CHANNELS = 32;

  private static final int MOST_BYTES = 16 << 10;
  private static final int MOST_BYTES_A_CALL = 4 << 10;

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

  /** Adds a bias of 24 numbers to each row. */
  private static void plainBias(float[] x, float[] b, float[] y) {
    for (int i = 0; i < x.length; i += b.length) {
      for (int j = 0; j < b.length; j++) y[i + j] = x[i + j] + b[j];
    }
  }

  @Test
  void shortRows() {
    var x = numbers(24 * 600);
    var b = numbers(24);
    var y = new float[x.length];
    var in = new View[]{view(x, 600, 24), over(view(b, 24), 600)};
    var out = new View[]{view(y, 600, 24)};
    var program = Program.of(v -> v[0].add(v[1]), DType.FLOAT32, DType.FLOAT32);
    Race.assertAtLeast(0.3, "a bias on rows of 24", () -> device.backend().map(program, NO_PARAMS, in, out),
        () -> plainBias(x, b, y));
    assertEquals(y[77], held.getLast().toFloats()[77], 0, "both computed the same");
  }

  /** A row as many rows. */
  private static View over(View row, int rows) {
    var shape = Shape.of(rows, row.shape().size(0));
    return new View(row.buffer(), row.dtype(), new Layout(shape, new long[]{0, 1}, row.layout().offset()));
  }

  private static void plainSoftmax(float[] x, float[] y, int columns) {
    for (int i = 0; i < x.length; i += columns) {
      float largest = x[i];
      for (int j = 0; j < columns; j++) largest = Math.max(largest, x[i + j]);
      float sum = 0;
      for (int j = 0; j < columns; j++) {
        y[i + j] = (float) Math.exp(x[i + j] - largest);
        sum += y[i + j];
      }
      for (int j = 0; j < columns; j++) y[i + j] /= sum;
    }
  }

  @Test
  void softmax() {
    var x = numbers(100 * 100);
    var y = new float[x.length];
    var in = new View[]{view(x, 100, 100)};
    var out = new View[]{view(y, 100, 100)};
    Race.assertAtLeast(1.5, "softmax of rows of 100", () -> device.backend().run(new Softmax(1), in, out),
        () -> plainSoftmax(x, y, 100));
    assertEquals(y[77], held.getLast().toFloats()[77], 1e-6, "both computed the same");
  }

  /** A 3x3 convolution without padding, [SIDE, SIDE, CHANNELS] to as many channels. */
  private static void plainConvolution(float[] x, float[] w, float[] y) {
    Arrays.fill(y, 0);
    int windows = SIDE - 2;
    for (int p = 0; p < windows * windows; p++) {
      for (int t = 0; t < 9; t++) {
        int from = ((p / windows + t / 3) * SIDE + p % windows + t % 3) * CHANNELS;
        for (int c = 0; c < CHANNELS; c++) {
          float factor = x[from + c];
          int row = (t * CHANNELS + c) * CHANNELS;
          for (int o = 0; o < CHANNELS; o++) y[p * CHANNELS + o] += factor * w[row + o];
        }
      }
    }
  }

  private View[] image() {
    return new View[]{view(numbers(SIDE * SIDE * CHANNELS), 1, SIDE, SIDE, CHANNELS),
        view(numbers(9 * CHANNELS * CHANNELS), 3, 3, CHANNELS, CHANNELS)};
  }

  @Test
  void convolution() {
    var in = image();
    int windows = SIDE - 2;
    var y = new float[windows * windows * CHANNELS];
    var out = new View[]{view(y, 1, windows, windows, CHANNELS)};
    var op = new Convolution(ConvOptions.defaults().window("conv2d", 3, 3), 1);
    var x = numbers(SIDE * SIDE * CHANNELS);
    var w = numbers(9 * CHANNELS * CHANNELS);
    Race.assertAtLeast(2, "convolution 3x3 of 32 channels", () -> device.backend().run(op, in, out),
        () -> plainConvolution(x, w, y));
    assertEquals(y[77], held.getLast().toFloats()[77], 1e-3, "both computed the same");
    assertLeavesTheHeapAlone("a convolution", () -> device.backend().run(op, in, out));
  }

  @Test
  void gradientsOfConvolutionsLeaveTheHeapAlone() {
    int images = 8;
    var x = view(numbers(images * SIDE * SIDE * CHANNELS), images, SIDE, SIDE, CHANNELS);
    for (int outputs : new int[]{CHANNELS, 16}) {
      for (int kernel : new int[]{3, 1}) {
        var window = ConvOptions.defaults().padding(kernel / 2).window("conv2d", kernel, kernel);
        var g = view(numbers(images * SIDE * SIDE * outputs), images, SIDE, SIDE, outputs);
        var w = new View[]{
            view(new float[kernel * kernel * CHANNELS * outputs], kernel, kernel, CHANNELS, outputs)};
        assertLeavesTheHeapAlone(
            "the gradient of a " + kernel + "x" + kernel + " weight to " + outputs + " channels",
            () -> device.backend().run(new ConvolutionWeightGradient(window, 1), new View[]{x, g}, w));
      }
    }
  }

  /** The largest of two neighbours in each direction. */
  private static void plainPool(float[] x, float[] y) {
    int half = SIDE / 2;
    for (int p = 0; p < half * half; p++) {
      int from = (p / half * 2 * SIDE + p % half * 2) * CHANNELS;
      for (int c = 0; c < CHANNELS; c++) {
        float upper = Math.max(x[from + c], x[from + CHANNELS + c]);
        int below = from + SIDE * CHANNELS + c;
        y[p * CHANNELS + c] = Math.max(upper, Math.max(x[below], x[below + CHANNELS]));
      }
    }
  }

  @Test
  void pooling() {
    var image = image()[0];
    int half = SIDE / 2;
    var y = new float[half * half * CHANNELS];
    var out = new View[]{view(y, half, half, CHANNELS)};
    var taps = new View[4];
    for (int t = 0; t < 4; t++) {
      long first = image.layout().offset() + ((long) t / 2 * SIDE + t % 2) * CHANNELS;
      taps[t] = new View(image.buffer(), image.dtype(), new Layout(out[0].shape(),
          new long[]{2L * SIDE * CHANNELS, 2L * CHANNELS, 1}, first));
    }
    var program = Program.of(v -> v[0].max(v[1]).max(v[2]).max(v[3]), DType.FLOAT32, DType.FLOAT32,
        DType.FLOAT32, DType.FLOAT32);
    var x = numbers(SIDE * SIDE * CHANNELS);
    Race.assertAtLeast(0.3, "max pooling of 32 channels",
        () -> device.backend().map(program, NO_PARAMS, taps, out), () -> plainPool(x, y));
    assertEquals(y[77], held.getLast().toFloats()[77], 0, "both computed the same");
    assertLeavesTheHeapAlone("a pooling", () -> device.backend().map(program, NO_PARAMS, taps, out));
  }

  /** A busy machine is slow to compile, and what is not compiled allocates: so there is time. */
  private static void assertLeavesTheHeapAlone(String what, Runnable call) {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    long end = System.nanoTime() + Race.PATIENCE_NANOS;
    while (least >= MOST_BYTES_A_CALL && System.nanoTime() < end) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 20; i++) call.run();
      least = Math.min(least, (threads.getCurrentThreadAllocatedBytes() - before) / 20);
    }
    assertTrue(least < MOST_BYTES_A_CALL,
        what + " takes " + least + " bytes of the Java heap, expected less than " + MOST_BYTES_A_CALL);
  }

  @Test
  void aReplayedTrainingStepLeavesTheJavaHeapAlone() {
    double bytes = Double.POSITIVE_INFINITY;
    long end = System.nanoTime() + 3 * Race.PATIENCE_NANOS;
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
