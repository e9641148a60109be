package io.jacquard.opencl;

import io.jacquard.kernels.KernelSource;
import io.jacquard.kernels.plan.KernelBackend;
import io.jacquard.kernels.plan.Tuning;
import io.jacquard.spi.DeviceInfo;
import java.util.function.UnaryOperator;

/** An OpenCL backend whose kernels' sources are looked at, or changed, before they are compiled. */
final class ChangedBackend extends KernelBackend {
  private final DeviceInfo info;
  private final Queue queue;
  private final Compiler compiler;

  private ChangedBackend(DeviceInfo info, Queue queue, Compiler compiler, Tuning tuning,
      UnaryOperator<KernelSource> change) {
    super((source, group) -> compiler.kernel(change.apply(source), group), queue, queue.complaints, tuning);
    this.info = info;
    this.queue = queue;
    this.compiler = compiler;
  }

  static ChangedBackend of(ClDevice device, Tuning tuning, UnaryOperator<KernelSource> change) {
    var queue = new Queue(device, "opencl");
    return new ChangedBackend(device.info(0), queue, new Compiler(queue, tuning), tuning, change);
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
