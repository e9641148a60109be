package io.jacquard.contract;

import io.jacquard.spi.Device;

/** Tensors on the reference itself. */
class ReferenceOpContractTest extends OpContract {
  @Override
  protected Device device() {
    return ReferenceBackend.device();
  }
}
