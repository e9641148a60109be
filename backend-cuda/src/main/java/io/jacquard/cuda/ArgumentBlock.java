package io.jacquard.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a kernel, in one native block that is made once: the addresses of the arguments, as CUDA wants them, and
 * behind them the arguments, eight bytes each. Setting one and launching make no garbage.
 */
final class ArgumentBlock {
  private final int count;
  private final MemorySegment block;
  /** What a driver keeps of its own with the block, so that a launch makes nothing new. */
  @Nullable
  Object peer;

  ArgumentBlock(int count) {
    this.count = count;
    block = Arena.ofAuto().allocate(16L * Math.max(1, count), 16);
    for (int i = 0; i < count; i++) block.setAtIndex(JAVA_LONG, i, block.address() + 8L * (count + i));
  }

  int count() {
    return count;
  }

  /** A device address, an int64, or the bits of a float64. */
  void set64(int place, long value) {
    block.setAtIndex(JAVA_LONG, count + place, value);
  }

  /** An int32, or the bits of a float32. */
  void set32(int place, int value) {
    block.set(JAVA_INT, 8L * (count + place), value);
  }

  /** Where the arguments' addresses are. */
  long address() {
    return block.address();
  }
}
