package io.jacquard.cuda;

import java.util.Map;
import java.util.Set;

/** The driver's status codes that say something to a user; kept here, so that a driver that is dead need not be asked. */
final class Status {
  static final int SUCCESS = 0;
  static final int OUT_OF_MEMORY = 2;
  static final int INVALID_IMAGE = 200;
  static final int NO_BINARY_FOR_GPU = 209;
  static final int INVALID_PTX = 218;
  static final int UNSUPPORTED_PTX_VERSION = 222;
  static final int ILLEGAL_ADDRESS = 700;
  static final int CAPTURE_INVALIDATED = 901;
  static final int GRAPH_UPDATE_FAILURE = 910;

  private static final Map<Integer, String> NAMES = Map.ofEntries(Map.entry(1, "INVALID_VALUE"),
      Map.entry(OUT_OF_MEMORY, "OUT_OF_MEMORY"), Map.entry(3, "NOT_INITIALIZED"),
      Map.entry(4, "DEINITIALIZED"),
      Map.entry(100, "NO_DEVICE"), Map.entry(101, "INVALID_DEVICE"),
      Map.entry(INVALID_IMAGE, "INVALID_IMAGE"),
      Map.entry(201, "INVALID_CONTEXT"), Map.entry(NO_BINARY_FOR_GPU, "NO_BINARY_FOR_GPU"),
      Map.entry(214, "ECC_UNCORRECTABLE"), Map.entry(INVALID_PTX, "INVALID_PTX"),
      Map.entry(220, "NVLINK_UNCORRECTABLE"),
      Map.entry(UNSUPPORTED_PTX_VERSION, "UNSUPPORTED_PTX_VERSION"), Map.entry(400, "INVALID_HANDLE"),
      Map.entry(500, "NOT_FOUND"), Map.entry(ILLEGAL_ADDRESS, "ILLEGAL_ADDRESS"),
      Map.entry(701, "LAUNCH_OUT_OF_RESOURCES"), Map.entry(702, "LAUNCH_TIMEOUT"),
      Map.entry(709, "CONTEXT_IS_DESTROYED"), Map.entry(710, "ASSERT"),
      Map.entry(714, "HARDWARE_STACK_ERROR"),
      Map.entry(715, "ILLEGAL_INSTRUCTION"), Map.entry(716, "MISALIGNED_ADDRESS"),
      Map.entry(717, "INVALID_ADDRESS_SPACE"), Map.entry(718, "INVALID_PC"),
      Map.entry(719, "LAUNCH_FAILED"),
      Map.entry(802, "SYSTEM_NOT_READY"), Map.entry(900, "STREAM_CAPTURE_UNSUPPORTED"),
      Map.entry(CAPTURE_INVALIDATED, "STREAM_CAPTURE_INVALIDATED"),
      Map.entry(GRAPH_UPDATE_FAILURE, "GRAPH_EXEC_UPDATE_FAILURE"), Map.entry(999, "UNKNOWN"));

  /** After these every further call on the context gives the same error. */
  private static final Set<Integer> STICKY = Set.of(4, 214, 220, ILLEGAL_ADDRESS, 702, 709, 710, 714, 715,
      716,
      717,
      718, 719, 999);

  private Status() {}

  static String name(int code) {
    var name = NAMES.get(code);
    return name == null ? "CUDA error " + code : "CUDA_ERROR_" + name + " (" + code + ")";
  }

  static boolean isSticky(int code) {
    return STICKY.contains(code);
  }

  /** Whether a compiled program is not one that this device takes. */
  static boolean refusesImage(int code) {
    return code == INVALID_IMAGE || code == NO_BINARY_FOR_GPU || code == INVALID_PTX
        || code == UNSUPPORTED_PTX_VERSION;
  }
}
