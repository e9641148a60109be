package io.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.inspect.SideBySide;
import io.jacquard.kernels.KernelSource;
import io.jacquard.kernels.plan.KernelBackend;
import io.jacquard.kernels.plan.KernelCompiler;
import io.jacquard.kernels.plan.Tuning;
import io.jacquard.nn.Linear;
import io.jacquard.nn.LayerNorm;
import io.jacquard.nn.Loss;
import io.jacquard.nn.Sequential;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;
import io.jacquard.spi.DeviceInfo;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import io.jacquard.tensor.Where;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A mistake in the source of one kernel is found in a training step beside the CPU, and the operation is named. */
class InjectedFaultTest {
  /** An OpenCL backend whose kernels' sources are changed before they are compiled. */
  private static final class Changed extends KernelBackend {
    private final DeviceInfo info;
    private final Queue queue;
    private final Compiler compiler;

    private Changed(ClDevice device, Queue queue, Compiler compiler, Tuning tuning, KernelCompiler changed) {
      super(changed, queue, queue.complaints, tuning);
      info = device.info(0);
      this.queue = queue;
      this.compiler = compiler;
    }

    static Changed of(ClDevice device, String name, String right, String wrong) {
      var tuning = ClTuning.of(device);
      var queue = new Queue(device, "opencl");
      var compiler = new Compiler(queue, tuning);
      return new Changed(device, queue, compiler, tuning, (source, group) -> {
        if (!source.name().equals(name)) return compiler.kernel(source, group);
        assertTrue(source.text().contains(right), source.text());
        return compiler.kernel(
            new KernelSource(source.name(), source.text().replace(right, wrong), source.float64()), group);
      });
    }

    @Override
    public DeviceInfo info() {
      return info;
    }

    @Override
    public void close() {
      super.close();
      compiler.close();
      queue.close();
    }
  }

  @Test
  void isFound() {
    var device = new Device(
        Changed.of(TestDevice.first(), "layer_norm_backward", "/ (REAL)length", "/ (REAL)(length - 1)"));
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
}
