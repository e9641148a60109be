package io.jacquard.cpu;

import io.jacquard.DType;

/** Casts between the three kinds of slot of the {@link Interpreter}: floats, doubles, longs, which also hold halves. */
final class Conversions {
  private Conversions() {}

  static void cast(DType from, DType to, long a, long out, int n) {
    switch (to) {
      case FLOAT32 -> toFloat(from, a, out, n);
      case FLOAT64 -> toDouble(from, a, out, n);
      case BFLOAT16 -> {
        for (int k = 0; k < n; k++)
          Memory.setLong(out + 8L * k, Casts.toBFloat16(Memory.getFloat(a + 4L * k)));
      }
      case FLOAT16 -> {
        for (int k = 0; k < n; k++)
          Memory.setLong(out + 8L * k, Casts.toFloat16(Memory.getFloat(a + 4L * k)));
      }
      default -> toInteger(from, to, a, out, n);
    }
  }

  private static void toFloat(DType from, long a, long out, int n) {
    switch (from) {
      case FLOAT32 -> Memory.copy(a, out, 4L * n);
      case FLOAT64 -> {
        for (int k = 0; k < n; k++) Memory.setFloat(out + 4L * k, (float) Memory.getDouble(a + 8L * k));
      }
      case BFLOAT16 -> {
        for (int k = 0; k < n; k++)
          Memory.setFloat(out + 4L * k, Casts.fromBFloat16((int) Memory.getLong(a + 8L * k)));
      }
      case FLOAT16 -> {
        for (int k = 0; k < n; k++)
          Memory.setFloat(out + 4L * k, Casts.fromFloat16((int) Memory.getLong(a + 8L * k)));
      }
      default -> {
        for (int k = 0; k < n; k++) Memory.setFloat(out + 4L * k, Memory.getLong(a + 8L * k));
      }
    }
  }

  private static void toDouble(DType from, long a, long out, int n) {
    switch (from) {
      case FLOAT32 -> {
        for (int k = 0; k < n; k++) Memory.setDouble(out + 8L * k, Memory.getFloat(a + 4L * k));
      }
      case FLOAT64 -> Memory.copy(a, out, 8L * n);
      default -> {
        for (int k = 0; k < n; k++) Memory.setDouble(out + 8L * k, Memory.getLong(a + 8L * k));
      }
    }
  }

  private static void toInteger(DType from, DType to, long a, long out, int n) {
    switch (from) {
      case FLOAT32 -> {
        for (int k = 0; k < n; k++)
          Memory.setLong(out + 8L * k, IntegerMath.saturate(to, Memory.getFloat(a + 4L * k)));
      }
      case FLOAT64 -> {
        for (int k = 0; k < n; k++)
          Memory.setLong(out + 8L * k, IntegerMath.saturate(to, Memory.getDouble(a + 8L * k)));
      }
      default -> {
        for (int k = 0; k < n; k++)
          Memory.setLong(out + 8L * k, IntegerMath.convert(to, Memory.getLong(a + 8L * k)));
      }
    }
  }
}
