package io.jacquard.data;

import io.jacquard.spi.Spec;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Some samples of a {@link HostDataset}: those that {@code samples} lists or, without it, a range. Their numbers in the
 * whole set are what is read, so that random changes stay with the sample.
 */
record HostSubset(HostDataset whole, long from, long size, int @Nullable [] samples) implements HostDataset {
  @Override
  public Spec input() {
    return whole.input();
  }

  @Override
  public Spec target() {
    return whole.target();
  }

  @Override
  public boolean isSteady() {
    return whole.isSteady();
  }

  @Override
  public void read(long sample, long epoch, MemorySegment x, MemorySegment y) {
    whole.read(samples == null ? from + sample : samples[(int) sample], epoch, x, y);
  }
}
