package io.jacquard.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The checks are on in tests; {@link #checksAreOn} fails if a build leaves them out. */
class MemoryTest {
  @BeforeAll
  static void checksAreOn() {
    assertTrue(Memory.CHECKED, "run the tests with -Djacquard.checked=true");
  }

  @Test
  void blocksAreAlignedAndStartAsNaN() {
    for (long bytes : new long[]{0, 1, 4, 63, 64, 65, 4096, 1 << 20}) {
      long block = Memory.allocate(bytes);
      assertEquals(0, block % Memory.ALIGNMENT);
      for (long i = 0; i + 8 <= bytes; i += 8) {
        assertTrue(Double.isNaN(Memory.getDouble(block + i)));
        assertTrue(Float.isNaN(Memory.getFloat(block + i + 4)));
      }
      Memory.free(block);
    }
  }

  @Test
  void everyTypeIsReadAsItWasWritten() {
    long block = Memory.allocate(64);
    Memory.setFloat(block, 1.5f);
    Memory.setDouble(block + 4, -2.25);
    Memory.setInt(block + 12, 1 << 30);
    Memory.setLong(block + 17, Long.MIN_VALUE + 1);
    Memory.setByte(block + 25, 200);
    assertEquals(1.5f, Memory.getFloat(block));
    assertEquals(-2.25, Memory.getDouble(block + 4));
    assertEquals(1 << 30, Memory.getInt(block + 12));
    assertEquals(Long.MIN_VALUE + 1, Memory.getLong(block + 17));
    assertEquals(200, Memory.getByte(block + 25));
    Memory.copy(block, block + 1, 25);
    assertEquals(1.5f, Memory.getFloat(block + 1));
    Memory.fill(block, 64, (byte) 0);
    assertEquals(0, Memory.getLong(block + 18));
    Memory.free(block);
  }

  @Test
  void rangesMustLieInOneLiveBlock() {
    long block = Memory.allocate(100);
    Memory.check(block, 100, "all");
    Memory.check(block + 99, 1, "the end");
    Memory.check(block + 200, 0, "nothing");
    var past = assertThrows(IllegalStateException.class, () -> Memory.check(block + 1, 100, "map output"));
    assertTrue(past.getMessage().startsWith("map output touches 100 bytes at"), past.getMessage());
    assertTrue(past.getMessage().contains("100 bytes at"), past.getMessage());
    assertThrows(IllegalStateException.class, () -> Memory.check(block - 1, 2, "before"));
    Memory.free(block);
    assertThrows(IllegalStateException.class, () -> Memory.check(block, 1, "after free"));
  }

  @Test
  void aSecondFreeAndAForeignFreeAreErrors() {
    long block = Memory.allocate(10);
    assertThrows(IllegalStateException.class, () -> Memory.free(block + 8));
    Memory.free(block);
    var error = assertThrows(IllegalStateException.class, () -> Memory.free(block));
    assertTrue(error.getMessage().contains("freed twice"), error.getMessage());
  }

  @Test
  void impossibleSizesAreErrors() {
    assertThrows(IllegalArgumentException.class, () -> Memory.allocate(-1));
    assertThrows(OutOfMemoryError.class, () -> Memory.allocate(1L << 60));
  }
}
