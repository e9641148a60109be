package io.jacquard.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;

/**
 * Off-heap memory by raw address: one segment that covers everything, and blocks from the C heap.
 *
 * <p>Reads and writes go through {@link #ALL}, a constant that C2 reduces to plain loads and stores. A
 * {@code MemorySegment} that travels as a parameter is several times slower on short arrays. The price is that
 * nothing is checked, so every operation's entry point calls {@link #check}: with
 * {@code -Djacquard.checked=true} it verifies that the range lies in one live block, blocks are filled with
 * NaN when they are allocated and freed, and a second free is an error. Without the property all of that is
 * compiled away.
 *
 * <pre>{@code
 * long block = Memory.allocate(4L * n);
 * Memory.setFloat(block, 1f);
 * Memory.free(block);
 * }</pre>
 */
final class Memory {
  /** All of the address space; offsets are absolute addresses. */
  @SuppressWarnings("restricted")
  static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  static final ByteOrder ORDER = ByteOrder.nativeOrder();
  static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED;
  static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

  /** Blocks start at multiples of this: a cache line, and the widest vector. */
  static final int ALIGNMENT = 64;

  /** Whether ranges are verified; a constant, so that the checks cost nothing when it is false. */
  static final boolean CHECKED = Boolean.getBoolean("jacquard.checked");

  /** Every bit set is a NaN in float32 and float64, and -1 or 255 in the integer types. */
  private static final byte POISON = (byte) 0xFF;

  /** Filled in checked mode only. */
  private static final LiveBlocks LIVE = new LiveBlocks();

  private static final MethodHandle MALLOC = downcall("malloc",
      FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
  private static final MethodHandle FREE = downcall("free", FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG));

  // Loads every kind of session now. C2 trusts that there are no others when it compiles an access to a
  // segment: one
  // that is loaded later would throw away all kernels, and the next second would run without them.
  static {
    Arena.ofAuto().allocate(1);
    try (var confined = Arena.ofConfined(); var shared = Arena.ofShared()) {
      confined.allocate(1);
      shared.allocate(1);
    }
  }

  private Memory() {}

  /**
   * A new block, aligned to {@link #ALIGNMENT}; its contents are undefined (NaN in checked mode).
   *
   * @param bytes the length, 0 or more
   * @throws OutOfMemoryError if the system has no such block
   */
  static long allocate(long bytes) {
    if (bytes < 0 || bytes > Long.MAX_VALUE - 2 * ALIGNMENT) {
      throw new IllegalArgumentException("cannot allocate " + bytes + " bytes");
    }
    long raw = malloc(bytes + ALIGNMENT);
    if (raw == 0) {
      throw new OutOfMemoryError("the system has no block of " + bytes + " bytes of native memory");
    }
    // The C heap aligns to 8 or more, so there is always room for the raw address before the aligned block.
    long address = (raw + ALIGNMENT) & -ALIGNMENT;
    ALL.set(LONG, address - Long.BYTES, raw);
    if (CHECKED) {
      LIVE.add(address, bytes);
      fill(address, bytes, POISON);
    }
    return address;
  }

  /** Gives back a block that {@link #allocate} returned. */
  static void free(long address) {
    if (CHECKED) {
      long bytes = LIVE.remove(address);
      if (bytes < 0) {
        throw new IllegalStateException(
            "free of " + hex(address) + ", which is no live block: " + LIVE.describeBelow(address)
                + "; freed twice, or never allocated");
      }
      fill(address, bytes, POISON);
    }
    release(ALL.get(LONG, address - Long.BYTES));
  }

  /**
   * In checked mode, verifies that {@code [address, address + bytes)} lies in one live block; nothing otherwise.
   *
   * @param what names the range in the error, for example {@code "matmul A"}
   * @throws IllegalStateException if it does not
   */
  static void check(long address, long bytes, String what) {
    if (CHECKED && bytes > 0 && !LIVE.contains(address, bytes)) {
      throw new IllegalStateException(what + " touches " + bytes + " bytes at " + hex(address)
          + ", outside any live block: " + LIVE.describeBelow(address)
          + "; used after free, or a wrong offset or stride");
    }
  }

  /** Sets {@code bytes} bytes from {@code address} on to {@code value}. */
  static void fill(long address, long bytes, byte value) {
    ALL.asSlice(address, bytes).fill(value);
  }

  /** Copies {@code bytes} bytes; the ranges may overlap. */
  static void copy(long from, long to, long bytes) {
    MemorySegment.copy(ALL, from, ALL, to, bytes);
  }

  static float getFloat(long address) {
    return ALL.get(FLOAT, address);
  }

  static void setFloat(long address, float value) {
    ALL.set(FLOAT, address, value);
  }

  static double getDouble(long address) {
    return ALL.get(DOUBLE, address);
  }

  static void setDouble(long address, double value) {
    ALL.set(DOUBLE, address, value);
  }

  static int getInt(long address) {
    return ALL.get(INT, address);
  }

  static void setInt(long address, int value) {
    ALL.set(INT, address, value);
  }

  static long getLong(long address) {
    return ALL.get(LONG, address);
  }

  static void setLong(long address, long value) {
    ALL.set(LONG, address, value);
  }

  /** The unsigned 16 bits at an address, 0 to 65535. */
  static int getShort(long address) {
    return ALL.get(SHORT, address) & 0xFFFF;
  }

  /** Stores the low 16 bits of {@code value}. */
  static void setShort(long address, int value) {
    ALL.set(SHORT, address, (short) value);
  }

  /** The unsigned byte at an address, 0 to 255. */
  static int getByte(long address) {
    return ALL.get(BYTE, address) & 0xFF;
  }

  /** Stores the low eight bits of {@code value}. */
  static void setByte(long address, int value) {
    ALL.set(BYTE, address, (byte) value);
  }

  /** A block that the garbage collector frees with {@code owner}; for scratch memory that belongs to a thread. */
  static long allocateFor(Arena owner, long bytes) {
    long address = owner.allocate(Math.max(bytes, 1), ALIGNMENT).address();
    if (CHECKED) {
      fill(address, bytes, POISON);
    }
    return address;
  }

  private static String hex(long address) {
    return "0x" + Long.toHexString(address);
  }

  private static long malloc(long bytes) {
    try {
      return (long) MALLOC.invokeExact(bytes);
    } catch (Throwable e) {
      throw new AssertionError("malloc cannot throw", e);
    }
  }

  private static void release(long raw) {
    try {
      FREE.invokeExact(raw);
    } catch (Throwable e) {
      throw new AssertionError("free cannot throw", e);
    }
  }

  @SuppressWarnings("restricted")
  private static MethodHandle downcall(String name, FunctionDescriptor type) {
    var linker = Linker.nativeLinker();
    var symbol = linker.defaultLookup().find(name)
        .orElseThrow(() -> new LinkageError("the C library has no function " + name));
    return linker.downcallHandle(symbol, type);
  }
}
