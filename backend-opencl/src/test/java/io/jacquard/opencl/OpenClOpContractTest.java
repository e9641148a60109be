package io.jacquard.opencl;

import io.jacquard.contract.OpContract;
import io.jacquard.spi.Device;

/** What tensors must do on every backend. */
class OpenClOpContractTest extends OpContract {
  @Override
  protected Device device() {
    return TestDevice.open();
  }
}
