package io.jacquard.contract;

import io.jacquard.DType;
import io.jacquard.spi.Buffer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Off-heap memory that notices misuse: it is poisoned with all bits set when it is allocated and when it is freed (NaN as
 * a float, -1 as an integer, neither true nor false as a bool), and refuses all access from then on.
 */
final class HostBuffer implements Buffer {
  private static final byte POISON = -1;

  private final MemorySegment memory;
  private boolean live = true;

  HostBuffer(long bytes) {
    memory = Arena.ofAuto().allocate(bytes, 64).fill(POISON);
  }

  @Override
  public long bytes() {
    return memory.byteSize();
  }

  void free() {
    memory().fill(POISON);
    live = false;
  }

  MemorySegment memory() {
    if (!live)
      throw new IllegalStateException(
          "a buffer of " + memory.byteSize() + " bytes is used after it was freed");
    return memory;
  }

  /** The raw bits of the element at {@code position}, counted in elements of {@code type}. */
  long get(DType type, long position) {
    return switch (type) {
      case FLOAT32 -> memory.getAtIndex(ValueLayout.JAVA_INT, position) & 0xffffffffL;
      case FLOAT64, INT64 -> memory.getAtIndex(ValueLayout.JAVA_LONG, position);
      case INT32 -> memory.getAtIndex(ValueLayout.JAVA_INT, position);
      case BFLOAT16, FLOAT16 -> memory.getAtIndex(ValueLayout.JAVA_SHORT, position) & 0xffffL;
      case UINT8 -> memory.get(ValueLayout.JAVA_BYTE, position) & 0xff;
      case BOOL -> {
        int value = memory.get(ValueLayout.JAVA_BYTE, position);
        if (value != 0 && value != 1)
          throw new IllegalStateException(
              "a bool at " + position + " holds " + value + ": was it ever written?");
        yield value;
      }
    };
  }

  void set(DType type, long position, long bits) {
    switch (type) {
      case FLOAT32, INT32 -> memory.setAtIndex(ValueLayout.JAVA_INT, position, (int) bits);
      case FLOAT64, INT64 -> memory.setAtIndex(ValueLayout.JAVA_LONG, position, bits);
      case BFLOAT16, FLOAT16 -> memory.setAtIndex(ValueLayout.JAVA_SHORT, position, (short) bits);
      case UINT8, BOOL -> memory.set(ValueLayout.JAVA_BYTE, position, (byte) bits);
    }
  }
}
