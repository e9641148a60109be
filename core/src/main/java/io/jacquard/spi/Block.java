package io.jacquard.spi;

/**
 * Device memory with a count of its holders, handed out by a {@link CachingAllocator} and given back to it when the last
 * holder lets go. A new block has one holder.
 *
 * <pre>{@code
 * var block = device.memory().acquire(4096);
 * block.retain();
 * block.release();
 * block.release();   // the last holder: the memory goes back
 * }</pre>
 */
public final class Block {
  private final CachingAllocator owner;
  private final Buffer buffer;
  final int sizeClass;
  /** Its place in the order in which its allocator made blocks. */
  final long number;
  private int holders;

  Block(CachingAllocator owner, Buffer buffer, int sizeClass, long number) {
    this.owner = owner;
    this.buffer = buffer;
    this.sizeClass = sizeClass;
    this.number = number;
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
  }
}
