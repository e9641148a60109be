package io.jacquard.cpu;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.spi.Layout;
import io.jacquard.spi.View;

/**
 * Memory that the operations of a backend work in, one after the other: a block for each purpose, which grows to what was
 * ever needed. Fresh memory would cost a page fault every few thousand bytes, each time.
 */
final class Workspace implements AutoCloseable {
  enum Purpose {
    FIRST, SECOND, RESULT, WEIGHTS, BIAS, PARTIALS
  }

  private final CpuBuffer[] blocks = new CpuBuffer[Purpose.values().length];

  /** The address of so many bytes, of undefined contents; until the same purpose is asked for again. */
  long bytes(Purpose purpose, long bytes) {
    return buffer(purpose, bytes).address;
  }

  /** A contiguous view of floats, of undefined contents. */
  View floats(Purpose purpose, Shape shape) {
    return new View(buffer(purpose, shape.numel() * Float.BYTES), DType.FLOAT32, Layout.contiguous(shape));
  }

  private CpuBuffer buffer(Purpose purpose, long bytes) {
    var block = blocks[purpose.ordinal()];
    if (block == null || block.bytes() < bytes) {
      if (block != null) Memory.free(block.address);
      blocks[purpose.ordinal()] = null;
      block = new CpuBuffer(Memory.allocate(bytes), bytes);
      blocks[purpose.ordinal()] = block;
    }
    return block;
  }

  @Override
  public void close() {
    for (int p = 0; p < blocks.length; p++) {
      if (blocks[p] != null) Memory.free(blocks[p].address);
      blocks[p] = null;
    }
  }
}
