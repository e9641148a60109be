package io.jacquard.opencl;

import io.jacquard.kernels.MatrixInstruction;
import io.jacquard.kernels.plan.Tuning;
import java.util.List;

/** How kernels are made for an OpenCL device: by its kind, and by what was found or is shipped for it. */
final class ClTuning {
  /** Items of a work-group that works on elements, where the device allows it; on CPUs, those that share a fold. */
  private static final int LARGEST_GROUP = 256;
  private static final int CPU_FOLD = 64;

  private ClTuning() {}

  static Tuning of(ClDevice device) {
    return byRules(device).with(TileStore.of(device));
  }

  /** The matrix instructions that a device of this vendor and family may have. */
  static List<MatrixInstruction> matrixCandidates(ClDevice device) {
    if (device.halves().isEmpty()) return List.of();
    return switch (TileStore.family(device)) {
      case "amd-rdna" -> device.name().startsWith("gfx11") ? List.of(MatrixInstruction.AMD_RDNA3) : List.of();
      case "amd-cdna" -> List.of(MatrixInstruction.AMD_CDNA);
      case "nvidia" -> List.of(MatrixInstruction.NVIDIA);
      case "intel" -> List.of(MatrixInstruction.INTEL);
      default -> List.of();
    };
  }

  /** Before anything was found for the device. */
  static Tuning shipped(ClDevice device) {
    return byRules(device).with(TileStore.seeds(TileStore.family(device)));
  }

  private static Tuning byRules(ClDevice device) {
    int largest = (int) Math.min(LARGEST_GROUP, device.largestGroup());
    if (device.cpu()) return new Tuning(largest, CPU_FOLD, 0, false, null, !device.isPocl());
    return new Tuning(largest, largest, device.localMemory(), false, null, !device.isPocl());
  }
}
