package io.jacquard.opencl;

import io.jacquard.contract.Share;
import io.jacquard.golden.GoldenContract;
import io.jacquard.spi.Device;

/** What PyTorch computed; one case in 48, since each compiles kernels. */
class OpenClGoldenTest extends GoldenContract {
  @Override
  protected Device device() {
    return TestDevice.open();
  }

  @Override
  protected Share share() {
    return Share.oneIn(48);
  }
}
