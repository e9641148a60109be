package io.jacquard.spi;

import org.jspecify.annotations.Nullable;

/**
 * Device memory with a count of its holders, handed out by a {@link CachingAllocator} and given back to it when the last
 * holder lets go. A new block has one holder.
 */
public final class Block {
  private final CachingAllocator owner;
  private final Buffer buffer;
  final int sizeClass;
  /** The next free block of the same size class, while this one is free. */
  @Nullable
  Block nextFree;
  private int holders;

  Block(CachingAllocator owner, Buffer buffer, int sizeClass) {
    this.owner = owner;
    this.buffer = buffer;
    this.sizeClass = sizeClass;
  }

  public Buffer buffer() {
    return buffer;
  }

  /** One more holder. */
  public void retain() {
    synchronized (owner) {
      if (holders == 0) throw new IllegalStateException("retain of a block that was given back");
      holders++;
    }
  }

  /** One holder less; the last one gives the memory back. */
  public void release() {
    synchronized (owner) {
      if (holders == 0) throw new IllegalStateException("release of a block that was given back");
      if (--holders == 0) owner.giveBack(this);
    }
  }

  void handOut() {
    holders = 1;
    nextFree = null;
  }
}
