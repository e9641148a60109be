package io.jacquard.contract;

import io.jacquard.spi.Device;

/** The reference keeps its own contract; of the parts that compare with it, what says something are the known values. */
class ReferenceContractTest extends BackendContract {
  @Override
  protected Device device() {
    return ReferenceBackend.device();
  }
}
