package io.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.kernels.MatrixInstruction;
import io.jacquard.kernels.check.MatrixProbe;
import io.jacquard.kernels.plan.Tuning;
import io.jacquard.ops.ConvOptions;
import io.jacquard.ops.Linear;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;
import io.jacquard.spi.ForwardingBackend;
import io.jacquard.spi.Gemm;
import io.jacquard.spi.View;
import io.jacquard.tensor.Gradients;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Products and convolutions of halves as a GPU with float16 gets them: read as they lie, added up in float32, rounded once.
 * On numbers whose sums halves hold exactly they must give what the CPU backend gives, which converts them beforehand.
 */
class HalvesTest {
  private static final Tuning GPU = new Tuning(256, 256, 48 << 10, false, null, false);

  /** -1, 0 and 1. */
  private static Tensor signs(DType type, SplittableRandom random, long... sizes) {
    var shape = Shape.of(sizes);
    return Tensor.of(random.longs(shape.numel(), -1, 2).toArray(), shape).to(type);
  }

  private static double[] run(Device device, Function<SplittableRandom, Tensor> body) {
    return Device.with(device, () -> {
      try (var _ = Scope.open()) {
        return body.apply(new SplittableRandom(5)).toDoubles();
      }
    });
  }

  private static Tensor joined(Tensor y, List<Tensor> gradients) {
    var all = y.reshape(-1);
    for (var gradient : gradients) all = Tensor.concat(0, all, gradient.reshape(-1));
    return all;
  }

  private static Tensor products(DType type, SplittableRandom random) {
    var x = signs(type, random, 70, 90).requiresGrad();
    var weight = signs(type, random, 75, 90).requiresGrad();
    var bias = signs(type, random, 75);
    var y = Tensor.apply(new Linear(), x, weight, bias)[0];
    var g = signs(type, random, 70, 75);
    var small = signs(type, random, 2, 3, 5).matmul(signs(type, random, 2, 5, 4));
    return joined(y, Gradients.of(y.mul(g).sum(), List.of(x, weight))).add(small.sum());
  }

  private static Tensor convolutions(DType type, SplittableRandom random) {
    var x = signs(type, random, 3, 4, 9, 8).requiresGrad();
    var weight = signs(type, random, 17, 4, 3, 3).requiresGrad();
    var y = x.conv2d(weight, signs(type, random, 17), ConvOptions.defaults().padding(1));
    var g = signs(type, random, 3, 17, 9, 8);
    return joined(y, Gradients.of(y.mul(g).sum(), List.of(x, weight)));
  }

  @Test
  void matrixInstructionsAreUsedOnlyWhereTheyProveToWork() {
    var device = TestDevice.withHalves();
    // PoCL's compiler knows none of the vendors' instructions.
    var all = List.of(MatrixInstruction.AMD_RDNA3, MatrixInstruction.INTEL);
    try (var backend = new OpenClBackend(device, 0, GPU, all)) {
      assertTrue(backend.info().details().endsWith(
          "; matrix instructions: none (amd_rdna3 does not compile, intel does not compile)"),
          backend.info().details());
      var x = run(new Device(backend), random -> products(DType.FLOAT16, random));
      var emulated = List.of(MatrixInstruction.INTEL, MatrixInstruction.EMULATED);
      try (var other = new OpenClBackend(device, 0, GPU, emulated)) {
        assertTrue(other.info().details().endsWith("; matrix instructions: emulated"),
            other.info().details());
        assertArrayEquals(x, run(new Device(other), random -> products(DType.FLOAT16, random)));
      }
    }
    var wrong = MatrixProbe.of(List.of(MatrixInstruction.NVIDIA), _ -> new ForwardingBackend(
        new OpenClBackend(device, 0, GPU)) {
      @Override
      public void matmul(Gemm how, long[] params, View a, View b, View[] extra, View[] out) {
        // leaves what was there
      }
    });
    assertEquals(new MatrixProbe.Found(null, "none (nvidia computes wrongly)"), wrong);
  }

  @ParameterizedTest
  @EnumSource(value = DType.class, names = {"BFLOAT16", "FLOAT16"})
  void computeAsTheCpuDoes(DType type) {
    var cpu = Backends.discover().open("cpu");
    var device = new Device(new OpenClBackend(TestDevice.withHalves(), 0, GPU));
    try (var _ = cpu.backend(); var _ = device.backend()) {
      assertEquals(Set.of(DType.BFLOAT16, DType.FLOAT16), device.info().halves());
      assertArrayEquals(run(cpu, random -> products(type, random)),
          run(device, random -> products(type, random)));
      assertArrayEquals(run(cpu, random -> convolutions(type, random)),
          run(device, random -> convolutions(type, random)));
    }
  }
}
