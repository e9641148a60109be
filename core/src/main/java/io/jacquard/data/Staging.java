package io.jacquard.data;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Host memory in which a batch of a {@link HostDataset} is put together before it is uploaded. */
final class Staging {
  private static final long ALIGNMENT = 64;

  private final long xBytes;
  private final long yBytes;
  private final MemorySegment x;
  private final MemorySegment y;

  Staging(HostDataset data, int batchSize, Arena arena) {
    xBytes = HostDataset.bytes(data.input());
    yBytes = HostDataset.bytes(data.target());
    x = arena.allocate(Math.multiplyExact(xBytes, (long) batchSize), ALIGNMENT);
    y = arena.allocate(Math.multiplyExact(yBytes, (long) batchSize), ALIGNMENT);
  }

  /** Reads one sample to a place in the batch. */
  void read(HostDataset data, long sample, long epoch, long place) {
    data.read(sample, epoch, x.asSlice(place * xBytes, xBytes), y.asSlice(place * yBytes, yBytes));
  }

  MemorySegment x() {
    return x;
  }

  MemorySegment y() {
    return y;
  }

  /** The inputs of the first {@code size} samples. */
  MemorySegment x(long size) {
    return x.asSlice(0, size * xBytes);
  }

  /** The targets of the first {@code size} samples. */
  MemorySegment y(long size) {
    return y.asSlice(0, size * yBytes);
  }
}
