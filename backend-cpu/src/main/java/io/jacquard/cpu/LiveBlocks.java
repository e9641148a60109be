package io.jacquard.cpu;

import java.util.Arrays;

/**
 * The blocks that are allocated and not yet freed; checked mode asks it whether a range lies in one of them. Sorted
 * arrays rather than a map: looking up allocates nothing, so tests for garbage hold in checked mode too.
 */
final class LiveBlocks {
  private long[] starts = new long[64];
  private long[] lengths = new long[64];
  private int count;

  synchronized void add(long start, long length) {
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, 2 * count);
      lengths = Arrays.copyOf(lengths, 2 * count);
    }
    int at = ~Arrays.binarySearch(starts, 0, count, start);
    System.arraycopy(starts, at, starts, at + 1, count - at);
    System.arraycopy(lengths, at, lengths, at + 1, count - at);
    starts[at] = start;
    lengths[at] = length;
    count++;
  }

  /** Removes the block that starts there and returns its length; -1 if there is none. */
  synchronized long remove(long start) {
    int at = Arrays.binarySearch(starts, 0, count, start);
    if (at < 0) {
      return -1;
    }
    long length = lengths[at];
    count--;
    System.arraycopy(starts, at + 1, starts, at, count - at);
    System.arraycopy(lengths, at + 1, lengths, at, count - at);
    return length;
  }

  synchronized boolean contains(long address, long bytes) {
    int at = below(address);
    return at >= 0 && address + bytes <= starts[at] + lengths[at];
  }

  /** For messages: the block nearest below an address. */
  synchronized String describeBelow(long address) {
    int at = below(address);
    return at < 0
        ? "no block starts at or below it"
        : "the nearest block below is " + lengths[at] + " bytes at 0x" + Long.toHexString(starts[at]);
  }

  private int below(long address) {
    int at = Arrays.binarySearch(starts, 0, count, address);
    return at >= 0 ? at : ~at - 1;
  }
}
