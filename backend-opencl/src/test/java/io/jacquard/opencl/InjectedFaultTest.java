package io.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.inspect.SideBySide;
import io.jacquard.kernels.KernelSource;
import io.jacquard.nn.Linear;
import io.jacquard.nn.LayerNorm;
import io.jacquard.nn.Loss;
import io.jacquard.nn.Sequential;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import io.jacquard.tensor.Where;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A mistake in the source of one kernel is found in a training step beside the CPU, and the operation is named. */
class InjectedFaultTest {
  @Test
  void isFound() {
    var first = TestDevice.first();
    var device = new Device(ChangedBackend.of(first, ClTuning.of(first), InjectedFaultTest::wrong));
    var cpu = Backends.discover().open("cpu");
    try (var _ = cpu.backend(); var _ = device.backend()) {
      var all = new SideBySide(List.of(cpu, device));
      Generator.with(new Generator(5), () -> Device.with(new Device(all), () -> {
        try (var _ = Scope.open()) {
          var model = Sequential.of(new Linear(20, 16), new LayerNorm(16), new Linear(16, 4));
          var x = Tensor.randn(6, 20);
          Where.tracked(() -> Loss.mse().of(model.call(x), Tensor.ones(6, 4)).backward());
        }
      }));
      var found = all.first().orElseThrow();
      assertEquals("layer_norm_backward", found.name());
      assertTrue(
          found.spot().toString().startsWith(
              "layer_norm_backward, for the gradient of layer_norm in layer '1', LayerNorm([16])"),
          found.spot().toString());
    }
  }

  /** Of layer norm's gradient, what divides by the length. */
  private static KernelSource wrong(KernelSource source) {
    if (!source.name().equals("layer_norm_backward")) return source;
    var right = "/ (REAL)length";
    assertTrue(source.text().contains(right), source.text());
    return new KernelSource(source.name(), source.text().replace(right, "/ (REAL)(length - 1)"),
        source.float64());
  }
}
