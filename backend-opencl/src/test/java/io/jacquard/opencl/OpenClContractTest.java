package io.jacquard.opencl;

import io.jacquard.contract.BackendContract;
import io.jacquard.spi.Device;

/** What every backend must keep. */
class OpenClContractTest extends BackendContract {
  @Override
  protected Device device() {
    return TestDevice.open();
  }
}
