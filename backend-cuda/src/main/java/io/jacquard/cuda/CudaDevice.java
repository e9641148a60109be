package io.jacquard.cuda;

import java.util.Locale;

/**
 * A GPU as the driver describes it.
 *
 * @param memory bytes
 * @param major the compute capability's first number: 9 of sm_90
 * @param multiprocessors how many work at once
 */
record CudaDevice(int ordinal, String name, long memory, int major, int minor, int multiprocessors) {
  /** What NVRTC and cubins call it: {@code sm_90}. */
  String architecture() {
    return "sm_" + major + minor;
  }

  /** Ampere's tensor cores were the first with TF32. */
  boolean hasTf32() {
    return major >= 8;
  }

  String description() {
    return String.format(Locale.ROOT, "%s, %.1f GiB, %d multiprocessors, %s", name,
        memory / (double) (1 << 30),
        multiprocessors, architecture());
  }
}
