package io.jacquard.opencl;

import io.jacquard.kernels.MatmulTile;
import io.jacquard.kernels.plan.KernelBackend;
import io.jacquard.kernels.plan.Tuning;
import io.jacquard.spi.DeviceInfo;
import org.jspecify.annotations.Nullable;

/** Runs tensors on an OpenCL device: its {@link Queue} and {@link Compiler} serve the planners of {@link KernelBackend}. */
final class OpenClBackend extends KernelBackend {
  private final DeviceInfo info;
  private final Queue queue;
  private final Compiler compiler;

  OpenClBackend(ClDevice device, int ordinal) {
    this(device, ordinal, ClTuning.of(device));
  }

  OpenClBackend(ClDevice device, int ordinal, Tuning tuning) {
    this(device, ordinal, tuning, Cl.NATIVE, Profile.wanted());
  }

  OpenClBackend(ClDevice device, int ordinal, Tuning tuning, Cl cl, @Nullable Profile profile) {
    this(device.info(ordinal), tuning, new Queue(device, device.info(ordinal).name(), cl, profile));
  }

  private OpenClBackend(DeviceInfo info, Tuning tuning, Queue queue) {
    this(info, tuning, queue, new Compiler(queue, tuning));
  }

  private OpenClBackend(DeviceInfo info, Tuning tuning, Queue queue, Compiler compiler) {
    super(compiler, queue, queue.complaints, tuning);
    this.info = info;
    this.queue = queue;
    this.compiler = compiler;
  }

  @Override
  public DeviceInfo info() {
    return info;
  }

  /** How this device multiplies float32 matrices with a tile. */
  Tuner.Way products(MatmulTile tile) {
    return (a, b, c) -> multiply(tile, a, b, c);
  }

  /** OpenCL's handle of the queue, for libraries that are compared with. */
  long queueHandle() {
    return queue.handle();
  }

  /** Bytes in all buffers that the device gave, those that kernels use for themselves included. */
  long allocatedBytes() {
    return queue.liveBytes();
  }

  @Override
  public void close() {
    super.close();
    compiler.close();
    queue.close();
  }
}
