package io.jacquard.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.contract.ReferenceBackend;
import java.util.ArrayList;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CachingAllocatorTest {
  private final ReferenceBackend backend = new ReferenceBackend(10_000);
  private final CachingAllocator memory = new CachingAllocator(backend);

  @Test
  void releasedMemoryIsReused() {
    var block = memory.acquire(1000);
    var buffer = block.buffer();
    block.release();
    assertEquals(0, memory.liveBytes());
    assertTrue(memory.cachedBytes() >= 1000);
    assertSame(buffer, memory.acquire(990).buffer(), "of the same class");
    assertEquals(1, backend.liveBuffers());
    assertEquals(0, memory.cachedBytes());
  }

  @Test
  void theOldestFreeBlockGoesFirst() {
    var a = memory.acquire(500);
    var b = memory.acquire(500);
    var oldest = a.buffer();
    a.release();
    b.release();
    assertSame(oldest, memory.acquire(500).buffer());
  }

  @Test
  void liveBlocksShareNothing() {
    assertNotSame(memory.acquire(64).buffer(), memory.acquire(64).buffer());
  }

  @Test
  void theLastHolderGivesBack() {
    var block = memory.acquire(100);
    block.retain();
    block.release();
    assertTrue(memory.liveBytes() >= 100);
    block.release();
    assertEquals(0, memory.liveBytes());
  }

  @Test
  void releasingTwiceIsAnError() {
    var block = memory.acquire(100);
    block.release();
    assertThrows(IllegalStateException.class, block::release);
    assertThrows(IllegalStateException.class, block::retain);
    assertEquals(0, memory.liveBytes());
  }

  @Test
  void classesWasteAtMostAnEighth() {
    var random = new SplittableRandom(1);
    for (int i = 0; i < 10_000; i++) {
      long bytes = i < 5000 ? 64 + i : random.nextLong(64, 1L << random.nextInt(7, 50));
      int sizeClass = CachingAllocator.sizeClass(bytes);
      long size = CachingAllocator.sizeOf(sizeClass);
      assertTrue(size >= bytes, () -> bytes + " in " + size);
      assertTrue(size - bytes <= size / 8, () -> bytes + " in " + size);
      assertTrue(CachingAllocator.sizeOf(sizeClass - 1) < bytes, () -> "a smaller class would hold " + bytes);
      assertEquals(sizeClass, CachingAllocator.sizeClass(size), "a class holds its own size");
    }
  }

  @Test
  void tinyAndEmptyRequestsGetTheSmallestBlock() {
    assertEquals(64, memory.acquire(0).buffer().bytes());
    assertEquals(64, memory.acquire(1).buffer().bytes());
  }

  @Test
  void exhaustionEmptiesTheListsAndTriesAgain() {
    var blocks = new ArrayList<Block>();
    for (int i = 0; i < 9; i++) blocks.add(memory.acquire(1024));
    blocks.forEach(Block::release);
    assertEquals(9, backend.liveBuffers());
    var large = memory.acquire(8192);
    assertEquals(1, backend.liveBuffers());
    assertEquals(8192, large.buffer().bytes());
    assertEquals(0, memory.cachedBytes());
  }

  @Test
  void exhaustionSaysWhatWasAskedAndWhatToDo() {
    var live = memory.acquire(4096);
    var error = assertThrows(OutOfDeviceMemory.class, () -> memory.acquire(8000));
    assertEquals(
        "Out of memory on reference: 8,000 bytes were asked for, 4,096 are in use by tensors, none are kept in "
            + "reserve (the reference backend holds 4096 of 10000 bytes). Try a smaller batch or model, and open a Scope "
            + "around each step so that temporaries are freed.",
        error.getMessage());
    live.release();
    assertEquals(8192, memory.acquire(8000).buffer().bytes(), "and it goes on once memory is free");
  }

  @Test
  void flushGivesAllBack() {
    memory.acquire(100).release();
    memory.acquire(3000).release();
    var live = memory.acquire(200);
    memory.flush();
    assertEquals(1, backend.liveBuffers());
    assertEquals(0, memory.cachedBytes());
    assertEquals(live.buffer().bytes(), memory.liveBytes());
  }

  @Test
  void peakCountsLiveAndKeptTogether() {
    memory.acquire(1024).release();
    memory.acquire(2048).release();
    assertEquals(3072, memory.peakBytes());
    memory.flush();
    memory.acquire(1024);
    assertEquals(3072, memory.peakBytes());
  }

  @Test
  void aPoolTakesTheReserveOfTheRestBeforeItFails() {
    var small = new Device(new ReferenceBackend(4096));
    small.memory().acquire(3000).release();
    var pool = small.separateMemory();
    assertEquals(3072, pool.acquire(3000).buffer().bytes());
    assertEquals(0, small.memory().cachedBytes());
  }

  /** A device that has much memory and gives little of it at once. */
  private static final class Narrow extends ForwardingBackend {
    Narrow(Backend inner) {
      super(inner);
    }

    @Override
    public DeviceInfo info() {
      return new DeviceInfo("narrow", 0, "", 0, true, Set.of(), 1000, "");
    }

    @Override
    public Buffer allocate(long bytes) {
      if (bytes > 1000) throw new OutOfDeviceMemory("no buffer of more than 1000 bytes");
      return inner.allocate(bytes);
    }
  }

  @Test
  void whatTheDeviceGivesAtOnceIsNotRoundedBeyond() {
    var narrow = new CachingAllocator(new Narrow(backend));
    var block = narrow.acquire(970);
    assertEquals(1000, block.buffer().bytes(), "rounded up it would have 1024");
    block.release();
    var error = assertThrows(OutOfDeviceMemory.class, () -> narrow.acquire(1001),
        "of the same class, but larger");
    assertTrue(error.getMessage().contains("1,001 bytes were asked for"), error.getMessage());
    assertEquals(1000, narrow.acquire(1000).buffer().bytes());
  }
}
