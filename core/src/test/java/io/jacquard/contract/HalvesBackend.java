package io.jacquard.contract;

import io.jacquard.DType;
import io.jacquard.spi.DeviceInfo;
import io.jacquard.spi.ForwardingBackend;
import java.util.Set;

/** The reference backend as one that says it multiplies halves, as a GPU does. */
public final class HalvesBackend extends ForwardingBackend {
  private final Set<DType> halves;

  public HalvesBackend(DType... halves) {
    super(new ReferenceBackend());
    this.halves = Set.of(halves);
  }

  @Override
  public DeviceInfo info() {
    return new DeviceInfo("halves", 0, "multiplies halves", 1, true, halves);
  }
}
