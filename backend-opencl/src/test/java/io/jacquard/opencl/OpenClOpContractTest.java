package io.jacquard.opencl;

import io.jacquard.contract.OpContract;
import io.jacquard.contract.Share;
import io.jacquard.spi.Device;

/** What tensors must do on every backend; one case in 48, since each compiles kernels. */
class OpenClOpContractTest extends OpContract {
  @Override
  protected Device device() {
    return TestDevice.open();
  }

  @Override
  protected Share share() {
    return Share.oneIn(48);
  }
}
