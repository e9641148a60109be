package io.jacquard.opencl;

import io.jacquard.contract.BackendContract;
import io.jacquard.contract.Share;
import io.jacquard.spi.Device;

/** What every backend must keep; one case in 16, since each compiles a kernel. */
class OpenClContractTest extends BackendContract {
  @Override
  protected Device device() {
    return TestDevice.open();
  }

  @Override
  protected Share share() {
    return Share.oneIn(16);
  }
}
