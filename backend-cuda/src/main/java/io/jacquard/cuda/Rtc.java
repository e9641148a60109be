package io.jacquard.cuda;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What makes a module of a kernel's source: NVRTC, {@link ShippedKernels}, or a recorder in tests. */
interface Rtc {
  /**
   * What came of a compilation.
   *
   * @param cubin or PTX; null if the compiler refused the source
   * @param log what it said
   */
  record Compiled(byte @Nullable [] cubin, String log) {}

  /** Such as {@code NVRTC 13.0}. */
  String version();

  /** Whether what it makes is worth keeping on disk. */
  default boolean makesMachineCode() {
    return true;
  }

  Compiled compile(String name, String source, List<String> options);
}
