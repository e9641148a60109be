package io.jacquard.cuda;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** CUDA's run-time compiler: NVRTC, or a recorder in tests. */
interface Rtc {
  /**
   * What came of a compilation.
   *
   * @param cubin null if the compiler refused the source
   * @param log what it said
   */
  record Compiled(byte @Nullable [] cubin, String log) {}

  /** Such as {@code NVRTC 13.0}. */
  String version();

  Compiled compile(String name, String source, List<String> options);
}
