package io.jacquard.data;

import io.jacquard.spi.Spec;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Several {@link HostDataset}s one after another. */
record HostConcat(List<HostDataset> parts) implements HostDataset {
  HostConcat {
    parts = List.copyOf(parts);
  }

  @Override
  public long size() {
    return parts.stream().mapToLong(HostDataset::size).sum();
  }

  @Override
  public Spec input() {
    return parts.getFirst().input();
  }

  @Override
  public Spec target() {
    return parts.getFirst().target();
  }

  @Override
  public boolean isSteady() {
    return parts.stream().allMatch(HostDataset::isSteady);
  }

  @Override
  public void read(long sample, long epoch, MemorySegment x, MemorySegment y) {
    long left = sample;
    for (var part : parts) {
      if (left < part.size()) {
        part.read(left, epoch, x, y);
        return;
      }
      left -= part.size();
    }
    throw new IndexOutOfBoundsException("sample " + sample + " of " + size());
  }
}
