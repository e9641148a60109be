package io.jacquard.cpu;

import io.jacquard.DType;

/** Single elements of any type, as raw bits ({@link DType#bits(double)}). */
final class Elements {
  private Elements() {}

  static long load(DType type, long address) {
    return switch (type) {
      case FLOAT32 -> Memory.getInt(address) & 0xffffffffL;
      case FLOAT64, INT64 -> Memory.getLong(address);
      case INT32 -> Memory.getInt(address);
      case BFLOAT16, FLOAT16 -> Memory.getShort(address);
      case UINT8, BOOL -> Memory.getByte(address);
    };
  }

  static void store(DType type, long address, long bits) {
    switch (type) {
      case FLOAT32, INT32 -> Memory.setInt(address, (int) bits);
      case FLOAT64, INT64 -> Memory.setLong(address, bits);
      case BFLOAT16, FLOAT16 -> Memory.setShort(address, (int) bits);
      case UINT8, BOOL -> Memory.setByte(address, (int) bits);
    }
  }
}
