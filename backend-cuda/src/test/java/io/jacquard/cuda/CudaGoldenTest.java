package io.jacquard.cuda;

import io.jacquard.contract.Share;
import io.jacquard.golden.GoldenContract;
import io.jacquard.spi.Device;

/** What PyTorch computed; one case in 192, since each compiles kernels. */
class CudaGoldenTest extends GoldenContract {
  @Override
  protected Device device() {
    return TestGpu.open();
  }

  @Override
  protected Share share() {
    return Share.oneIn(192);
  }
}
