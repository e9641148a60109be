package io.jacquard.cpu;

import io.jacquard.DType;

/**
 * The integer operations of the scalar language. Values of every integer type and of bool travel as a long that holds
 * the value itself; {@link #wrap} brings a result back into its type's range.
 */
final class IntegerMath {
  private IntegerMath() {
  }

  /** The value modulo 2^width, in the type's range. */
  static long wrap(DType type, long value) {
    return switch (type) {
      case INT32 -> (int) value;
      case UINT8 -> value & 0xff;
      default -> value;
    };
  }

  /** Truncates; dividing by zero gives 0. */
  static long div(long a, long b) {
    return b == 0 ? 0 : a / b;
  }

  /** A float cast to an integer type or bool: truncates, saturates, NaN gives 0; to bool, whether it is not 0. */
  static long saturate(DType type, double value) {
    return switch (type) {
      case INT32 -> (int) value;
      case UINT8 -> Math.clamp((long) value, 0, 255);
      case BOOL -> value != 0 ? 1 : 0;
      default -> (long) value;
    };
  }

  /** An integer or bool cast to an integer type (it wraps) or to bool. */
  static long convert(DType type, long value) {
    return type == DType.BOOL ? value != 0 ? 1 : 0 : wrap(type, value);
  }
}
