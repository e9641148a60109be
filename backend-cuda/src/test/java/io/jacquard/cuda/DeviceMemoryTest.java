package io.jacquard.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Pieces of slabs, by the stated rules. */
class DeviceMemoryTest {
  private static final long MIB = 1L << 20;

  private long capacity = 1000 * MIB;
  private long next = 1L << 40;
  private final Map<Long, Long> slabs = new HashMap<>();
  private final DeviceMemory memory = new DeviceMemory(new DeviceMemory.Source() {
    @Override
    public long take(long bytes) {
      if (bytes > capacity) return 0;
      capacity -= bytes;
      long address = next;
      next += bytes + MIB;
      slabs.put(address, bytes);
      return address;
    }

    @Override
    public void give(long address) {
      capacity += slabs.remove(address);
    }
  });

  @Test
  void slabsBySize() {
    memory.allocate(1);
    memory.allocate(MIB);
    assertEquals(2 * MIB, memory.slabBytes());
    memory.allocate(MIB + 1);
    assertEquals(22 * MIB, memory.slabBytes());
    memory.allocate(10 * MIB);
    assertEquals(22 * MIB, memory.slabBytes(), "from the same slab");
    memory.allocate(10 * MIB + 1);
    assertEquals(34 * MIB, memory.slabBytes());
  }

  @Test
  void splitsReusesAndJoins() {
    long a = memory.allocate(1000);
    long b = memory.allocate(500);
    long c = memory.allocate(0);
    assertEquals(a + 1024, b);
    assertEquals(b + 512, c);
    assertEquals(2048, memory.usedBytes());
    memory.free(a);
    memory.free(b);
    assertEquals(a, memory.allocate(1536), "neighbours were joined");
    memory.free(c);
    memory.free(a);
    assertEquals(0, memory.usedBytes());
    assertEquals(2 * MIB, memory.trim());
    assertTrue(slabs.isEmpty());
  }

  @Test
  void takesTheSmallestThatFits() {
    long big = memory.allocate(8192);
    memory.allocate(512);
    long small = memory.allocate(1024);
    memory.allocate(512);
    memory.free(big);
    memory.free(small);
    assertEquals(small, memory.allocate(700));
    assertEquals(big, memory.allocate(1025));
  }

  @Test
  void largeAndSmallDoNotMix() {
    long large = memory.allocate(5 * MIB);
    memory.free(large);
    assertNotEquals(large, memory.allocate(512));
  }

  @Test
  void givesSlabsBackAndTriesAgain() {
    capacity = 100 * MIB;
    long a = memory.allocate(60 * MIB);
    assertEquals(0, memory.allocate(50 * MIB));
    memory.free(a);
    assertNotEquals(0, memory.allocate(90 * MIB));
    assertEquals(90 * MIB, memory.slabBytes());
    assertThrows(IllegalStateException.class, () -> memory.free(a));
  }

  @Test
  void piecesNeverOverlap() {
    var random = new Random(3);
    var live = new TreeMap<Long, Long>();
    for (int i = 0; i < 4000; i++) {
      if (live.isEmpty() || random.nextInt(5) < 3) {
        long bytes = random.nextInt(3) == 0 ? random.nextInt(12 << 20) : random.nextInt(60_000);
        long address = memory.allocate(bytes);
        if (address == 0) {
          var some = live.firstKey();
          memory.free(some);
          live.remove(some);
          continue;
        }
        var below = live.floorEntry(address);
        assertTrue(below == null || below.getKey() + below.getValue() <= address);
        var above = live.ceilingKey(address);
        assertTrue(above == null || address + bytes <= above);
        assertEquals(0, address % 512);
        live.put(address, bytes);
      } else {
        var keys = new ArrayList<>(live.keySet());
        long address = keys.get(random.nextInt(keys.size()));
        memory.free(address);
        live.remove(address);
      }
    }
    for (long address : live.keySet()) memory.free(address);
    memory.trim();
    assertTrue(slabs.isEmpty(), "all slabs became whole again");
    assertEquals(0, memory.slabBytes());
  }
}
