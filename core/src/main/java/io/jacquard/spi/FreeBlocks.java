package io.jacquard.spi;

import java.util.Arrays;

/**
 * Free blocks of one size; the one that was made first is handed out first, in whatever order they came back. So work
 * that repeats gets the same blocks each time, which is what makes it possible to record and replay it.
 */
final class FreeBlocks {
  /** A binary heap by number. */
  private Block[] heap = new Block[4];
  private int size;

  boolean isEmpty() {
    return size == 0;
  }

  void add(Block block) {
    if (size == heap.length) heap = Arrays.copyOf(heap, 2 * size);
    int i = size++;
    for (int parent = (i - 1) / 2; i > 0 && heap[parent].number > block.number; parent = (i - 1) / 2) {
      heap[i] = heap[parent];
      i = parent;
    }
    heap[i] = block;
  }

  Block removeFirst() {
    var first = heap[0];
    var last = heap[--size];
    heap[size] = null;
    if (size == 0) return first;
    int i = 0;
    for (int child = 1; child < size; child = 2 * i + 1) {
      if (child + 1 < size && heap[child + 1].number < heap[child].number) child++;
      if (heap[child].number >= last.number) break;
      heap[i] = heap[child];
      i = child;
    }
    heap[i] = last;
    return first;
  }
}
