package io.jacquard.opencl;

import io.jacquard.kernels.MatmulTile;
import io.jacquard.kernels.MatrixInstruction;
import io.jacquard.kernels.check.MatrixProbe;
import io.jacquard.kernels.plan.KernelBackend;
import io.jacquard.kernels.plan.Tuning;
import io.jacquard.spi.DeviceInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs tensors on an OpenCL device: its {@link Queue} and {@link Compiler} serve the planners of {@link KernelBackend}. */
final class OpenClBackend extends KernelBackend {
  private final DeviceInfo info;
  private final Queue queue;
  private final Compiler compiler;

  OpenClBackend(ClDevice device, int ordinal) {
    this(device, ordinal, ClTuning.of(device), ClTuning.matrixCandidates(device));
  }

  /** @param candidates matrix instructions that are used if they prove to work */
  OpenClBackend(ClDevice device, int ordinal, Tuning tuning, List<MatrixInstruction> candidates) {
    this(device, ordinal, tuning,
        MatrixProbe.of(candidates, one -> new OpenClBackend(device, ordinal, tuning.with(one))));
  }

  private OpenClBackend(ClDevice device, int ordinal, Tuning tuning, MatrixProbe.Found found) {
    this(device.info(ordinal, device.halves().isEmpty() ? "" : "; matrix instructions: " + found.text()),
        tuning.with(found.instruction()),
        new Queue(device, device.info(ordinal).name(), Cl.NATIVE, Profile.wanted()));
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

  /** How this device multiplies and convolves in float32 with a tile. */
  Tuner.Way way(MatmulTile tile) {
    return trial -> {
      if (trial.op() == null)
        multiply(tile, trial.a(), trial.b(), trial.c());
      else
        convolve(tile, trial.op(), trial.a(), trial.b(), trial.c());
    };
  }

  /** As {@link Compiler#declaresFew}. */
  boolean declaresFewBuiltins() {
    return compiler.declaresFew();
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
