package io.jacquard.spi;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Keeps freed device memory for the next request of its size, because asking a device for memory is slow and a training
 * step asks for the same sizes each time.
 *
 * <pre>{@code
 * var memory = new CachingAllocator(backend);
 * memory.acquire(4096).release();
 * var again = memory.acquire(4096);   // the same memory, and the device was not asked
 * }</pre>
 *
 * <p>Sizes are rounded up to one of eight steps between powers of two (at most an eighth is wasted), and each has a list
 * of free blocks, the oldest first, so that work that repeats gets the same memory again and again. When the
 * device has none left, the lists are emptied and the request is tried once more. Safe for use by several threads; a
 * request that is served from a list allocates nothing on the Java heap.
 */
public final class CachingAllocator {
  private static final int STEPS_LOG2 = 3;
  private static final long SMALLEST = 64;

  private final Backend backend;
  /** What has memory in reserve, too, and gives it up where there is none left; null for nothing. */
  private final @Nullable CachingAllocator other;
  /** The most bytes that the device gives at once; a block is not rounded up beyond. */
  private final long largest;
  private final @Nullable FreeBlocks[] free = new FreeBlocks[64 << STEPS_LOG2];
  private long blocksMade;
  private long liveBytes;
  private long cachedBytes;
  private long peakBytes;
  private boolean retired;

  public CachingAllocator(Backend backend) {
    this(backend, null);
  }

  /** @param other of the same device, which gives its reserve up for this one's needs, and not the other way round */
  CachingAllocator(Backend backend, @Nullable CachingAllocator other) {
    this.backend = backend;
    this.other = other;
    largest = backend.info().largestAllocation();
  }

  /**
   * A block of at least {@code bytes}, with one holder; its contents are undefined.
   *
   * @throws OutOfDeviceMemory saying what was asked for, what is in use and what to try
   */
  public synchronized Block acquire(long bytes) {
    int sizeClass = sizeClass(Math.max(bytes, SMALLEST));
    long size = sizeOf(sizeClass);
    Block block;
    // What is more than the device gives at once must fail, not get a block that was cut to that.
    if (bytes > largest || free[sizeClass] == null || free[sizeClass].isEmpty()) {
      long given = bytes > largest ? size : Math.min(size, largest);
      block = new Block(this, allocate(bytes, given), sizeClass, blocksMade++);
    } else {
      block = free[sizeClass].removeFirst();
      cachedBytes -= size;
    }
    block.handOut();
    liveBytes += size;
    peakBytes = Math.max(peakBytes, liveBytes + cachedBytes);
    return block;
  }

  private Buffer allocate(long asked, long size) {
    try {
      return backend.allocate(size);
    } catch (OutOfDeviceMemory _) {
      flush();
      if (other != null) other.flush();
    }
    try {
      return backend.allocate(size);
    } catch (OutOfDeviceMemory e) {
      throw new OutOfDeviceMemory(String.format(Locale.ROOT,
          "Out of memory on %s: %,d bytes were asked for, %,d are in use by tensors, none are kept in reserve (%s). "
              + "Try a smaller batch or model, and open a Scope around each step so that temporaries are freed.",
          backend.info().name(), asked, liveBytes, e.getMessage()));
    }
  }

  void giveBack(Block block) {
    long size = sizeOf(block.sizeClass);
    liveBytes -= size;
    if (retired) {
      backend.free(block.buffer());
      return;
    }
    cachedBytes += size;
    var same = free[block.sizeClass];
    if (same == null) free[block.sizeClass] = same = new FreeBlocks();
    same.add(block);
  }

  /** Gives all memory that no one uses back to the device. */
  public synchronized void flush() {
    for (int c = 0; c < free.length; c++) {
      while (free[c] != null && !free[c].isEmpty()) {
        backend.free(free[c].removeFirst().buffer());
        cachedBytes -= sizeOf(c);
      }
    }
  }

  /** Keeps nothing any more: what is free now, and what is given back later, goes back to the device. */
  public synchronized void retire() {
    retired = true;
    flush();
  }

  /** Bytes in blocks that have a holder. */
  public synchronized long liveBytes() {
    return liveBytes;
  }

  /** Bytes kept for the next request. */
  public synchronized long cachedBytes() {
    return cachedBytes;
  }

  /** The most that live and kept bytes ever were together. */
  public synchronized long peakBytes() {
    return peakBytes;
  }

  /** The number of the smallest class that holds {@code bytes}: exponent, then three bits of mantissa. */
  static int sizeClass(long bytes) {
    long last = bytes - 1;
    int exponent = 63 - Long.numberOfLeadingZeros(last);
    if (exponent < STEPS_LOG2) return 0;
    int step = (int) (last >>> exponent - STEPS_LOG2) & (1 << STEPS_LOG2) - 1;
    return (exponent << STEPS_LOG2) + step;
  }

  static long sizeOf(int sizeClass) {
    int exponent = sizeClass >>> STEPS_LOG2;
    long steps = (1 << STEPS_LOG2) + (sizeClass & (1 << STEPS_LOG2) - 1) + 1;
    return exponent < STEPS_LOG2 ? 1L << STEPS_LOG2 : steps << exponent - STEPS_LOG2;
  }
}
