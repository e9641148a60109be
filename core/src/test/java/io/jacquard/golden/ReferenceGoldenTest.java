package io.jacquard.golden;

import io.jacquard.contract.ReferenceBackend;
import io.jacquard.spi.Device;

/** What PyTorch computed, on the backend of plain loops. */
class ReferenceGoldenTest extends GoldenContract {
  @Override
  protected Device device() {
    return ReferenceBackend.device();
  }
}
