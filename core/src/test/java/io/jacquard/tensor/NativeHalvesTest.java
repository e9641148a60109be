package io.jacquard.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.contract.ReferenceBackend;
import io.jacquard.nn.Linear;
import io.jacquard.ops.Softmax;
import io.jacquard.spi.Device;
import io.jacquard.spi.DeviceInfo;
import io.jacquard.spi.ForwardingBackend;
import io.jacquard.spi.Gemm;
import io.jacquard.spi.Operation;
import io.jacquard.spi.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Which halves reach a backend: those that it says it takes, and no others. */
class NativeHalvesTest {
  /** Notes the types of what it multiplies, and of what it is asked to take over. */
  private static final class Noting extends ForwardingBackend {
    private final Set<DType> halves;
    private final List<DType> multiplied = new ArrayList<>();
    private final List<DType> offered = new ArrayList<>();

    Noting(Set<DType> halves) {
      super(new ReferenceBackend());
      this.halves = halves;
    }

    @Override
    public DeviceInfo info() {
      return new DeviceInfo("noting", 0, "notes types", 1, true, halves);
    }

    @Override
    public void matmul(Gemm how, long[] params, View a, View b, View[] extra, View[] out) {
      multiplied.add(a.dtype());
      super.matmul(how, params, a, b, extra, out);
    }

    @Override
    public boolean run(Operation op, View[] in, View[] out) {
      if (op instanceof Softmax) offered.add(in[0].dtype());
      return false;
    }
  }

  private static float[] on(Noting backend, Supplier<Tensor> body) {
    return Device.with(new Device(backend), () -> {
      try (var _ = Scope.open()) {
        return body.get().toFloats();
      }
    });
  }

  private static Tensor gradientThroughLinear() {
    var x = Tensor.of(new float[]{1, -2, 3, 0.5f, 0.25f, -1}, Shape.of(2, 3)).to(DType.BFLOAT16)
        .requiresGrad();
    var layer = new Linear(3, 2);
    layer.weight().assign(Tensor.of(new float[]{0.5f, 1.5f, -2, 1, 0.1f, 3}, Shape.of(2, 3)));
    layer.bias().assign(Tensor.of(0.1f, -0.1f));
    layer.to(DType.BFLOAT16);
    var y = layer.call(x);
    y.matmul(y.mT()).sum().backward();
    return Tensor.concat(0, x.grad().flatten(), layer.weight().grad().flatten(), layer.bias().grad());
  }

  @Test
  void productsOfHalvesReachABackendThatTakesThem() {
    var plain = new Noting(Set.of());
    var takes = new Noting(Set.of(DType.BFLOAT16));
    assertArrayEquals(on(plain, NativeHalvesTest::gradientThroughLinear),
        on(takes, NativeHalvesTest::gradientThroughLinear), 0.02f);
    assertEquals(Set.of(DType.FLOAT32), Set.copyOf(plain.multiplied));
    assertEquals(Set.of(DType.BFLOAT16), Set.copyOf(takes.multiplied));
    assertEquals(6, takes.multiplied.size());
  }

  @Test
  void theOtherHalfIsStillWidened() {
    var takes = new Noting(Set.of(DType.BFLOAT16));
    on(takes, () -> {
      var x = Tensor.ones(2, 2).to(DType.FLOAT16);
      return x.matmul(x);
    });
    assertEquals(List.of(DType.FLOAT32), takes.multiplied);
  }

  @Test
  void compositeOpsAreOfferedInHalvesFirst() {
    var plain = new Noting(Set.of());
    var takes = new Noting(Set.of(DType.FLOAT16));
    for (var backend : List.of(plain, takes))
      on(backend, () -> Tensor.ones(2, 2).to(DType.FLOAT16).softmax(1));
    assertEquals(List.of(DType.FLOAT32), plain.offered);
    assertEquals(List.of(DType.FLOAT16, DType.FLOAT32), takes.offered);
  }
}
