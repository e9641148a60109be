package io.jacquard.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.contract.ReferenceBackend;
import io.jacquard.ops.ConvOptions;
import io.jacquard.ops.ScaledDotProductAttention;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Convolutions and attention by {@code mma.sync}, without a GPU: each of a warp's 32 lanes computes what the instruction would
 * leave it with, from the fragments that PTX says the others hold ({@code fragments.h}).
 */
class TensorCoresTest {
  private static final ConvOptions PLAIN = ConvOptions.defaults();

  /** x [N, C, H, W], weight [O, C/groups, KH, KW]. */
  private record Sample(Shape x, Shape weight, ConvOptions options) {}

  /** Blocks that are cut, and copies of 16 bytes and of single elements, of each operand. */
  private static final Sample EVEN = new Sample(Shape.of(3, 16, 9, 8), Shape.of(72, 16, 3, 3),
      PLAIN.padding(1));
  private static final Sample ODD = new Sample(Shape.of(2, 34, 9, 7), Shape.of(38, 17, 3, 2),
      PLAIN.stride(2).padding(1).groups(2));

  /** -1, 0 and 1, of which every type holds all sums that occur. */
  private static Tensor signs(DType type, SplittableRandom random, Shape shape) {
    return Tensor.of(random.longs(shape.numel(), -1, 2).toArray(), shape).to(type);
  }

  private static double[] run(Device device, Function<SplittableRandom, Tensor> body) {
    return Device.with(device, () -> {
      try (var _ = Scope.open()) {
        return body.apply(new SplittableRandom(5)).toDoubles();
      }
    });
  }

  /** A convolution and its gradients. */
  private static Tensor convolution(DType type, Sample sample, SplittableRandom random) {
    var x = signs(type, random, sample.x).requiresGrad();
    var weight = signs(type, random, sample.weight).requiresGrad();
    var y = x.conv2d(weight, signs(type, random, Shape.of(sample.weight.size(0))), sample.options);
    y.backward(signs(type, random, y.shape()));
    return Tensor.concat(0, y.reshape(-1), x.grad().reshape(-1), weight.grad().reshape(-1));
  }

  private static TestGpu gpu() {
    var gpu = TestGpu.withoutBlas();
    gpu.backend.math(MathPolicy.TF32);
    return gpu;
  }

  private static void assertUsed(TestGpu gpu, String file, int least) {
    long kernels = gpu.driver.sources.stream().filter(s -> s.text().contains("\"" + file + "\"")).count();
    assertTrue(kernels >= least, kernels + " kernels from " + file);
  }

  @ParameterizedTest
  @EnumSource(value = DType.class, names = {"BFLOAT16", "FLOAT32"})
  void convolveAsPlainLoopsDo(DType type) {
    var gpu = gpu();
    var sample = type == DType.BFLOAT16 ? EVEN : ODD;
    assertArrayEquals(run(ReferenceBackend.device(), random -> convolution(type, sample, random)),
        run(new Device(gpu.backend), random -> convolution(type, sample, random)));
    assertUsed(gpu, "convolution_matrix.c", 3);
  }

  /** Attention [heads, queries, width] over keys. */
  private record Size(long heads, long queries, long keys, long width, long values, boolean causal,
      boolean masked,
      double dropout) {}

  /** Lines of 16 bytes, and single elements: one for each type, and gradients of one, as compiling takes PoCL long. */
  private static final Size EVEN_SIZE = new Size(2, 70, 70, 64, 32, true, false, 0.25);
  private static final Size ODD_SIZE = new Size(3, 33, 131, 17, 37, false, true, 0);

  /** Result and gradients, as arrays. */
  private static List<double[]> attention(Device device, DType type, Size s) {
    return Device.with(device, () -> {
      try (var _ = Scope.open()) {
        var random = new SplittableRandom(7);
        var q = normal(type, random, Shape.of(s.heads, s.queries, s.width)).requiresGrad();
        var k = normal(type, random, Shape.of(s.heads, s.keys, s.width)).requiresGrad();
        var v = normal(type, random, Shape.of(s.heads, s.keys, s.values)).requiresGrad();
        var in = new ArrayList<>(List.of(q, k, v));
        if (s.masked) in.add(normal(type, random, Shape.of(s.heads, s.queries, s.keys)));
        if (s.dropout > 0) in.add(Tensor.of(3L).reshape());
        var op = new ScaledDotProductAttention(1 / Math.sqrt(s.width), s.causal, s.masked, s.dropout, 11, 2);
        var y = Tensor.apply(op, in.toArray(Tensor[]::new))[0];
        if (s == ODD_SIZE) return List.of(y.toDoubles());
        y.backward(normal(type, random, y.shape()));
        return List.of(y.toDoubles(), q.grad().toDoubles(), k.grad().toDoubles(), v.grad().toDoubles());
      }
    });
  }

  private static Tensor normal(DType type, SplittableRandom random, Shape shape) {
    var values = new double[(int) shape.numel()];
    Arrays.setAll(values, _ -> random.nextGaussian());
    return Tensor.of(values, shape).to(type);
  }

  @ParameterizedTest
  @EnumSource(value = DType.class, names = {"BFLOAT16", "FLOAT32"})
  void attendAsTheDefinitionDoes(DType type) {
    var gpu = gpu();
    double rounding = type == DType.BFLOAT16 ? 0.02 : 0.003;
    var size = type == DType.BFLOAT16 ? EVEN_SIZE : ODD_SIZE;
    // The definition in float32, of the same numbers.
    var expected = attention(ReferenceBackend.device(), DType.FLOAT32, size);
    var found = attention(new Device(gpu.backend), type, size);
    for (int i = 0; i < expected.size(); i++) {
      double largest = Arrays.stream(expected.get(i)).map(Math::abs).max().orElseThrow();
      for (int j = 0; j < found.get(i).length; j++)
        assertEquals(expected.get(i)[j], found.get(i)[j], rounding * Math.max(1, largest), i + ", " + j);
    }
    assertUsed(gpu, "attention_matrix.c", expected.size());
  }

  @Test
  void multiplyHalvesWithoutCublas() {
    var gpu = gpu();
    Function<SplittableRandom, Tensor> product = random -> signs(DType.FLOAT16, random, Shape.of(70, 45))
        .matmul(signs(DType.FLOAT16, random, Shape.of(45, 53)));
    assertArrayEquals(run(ReferenceBackend.device(), product), run(new Device(gpu.backend), product));
    assertUsed(gpu, "matmul_matrix.c", 1);
  }
}
