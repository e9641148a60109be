package io.jacquard.cuda;

import io.jacquard.contract.Share;
import io.jacquard.contract.OpContract;
import io.jacquard.spi.Device;

/** What tensors must do on every backend; one case in 384, since each compiles kernels. */
class CudaOpContractTest extends OpContract {
  @Override
  protected Device device() {
    return TestGpu.open();
  }

  @Override
  protected Share share() {
    return Share.oneIn(384);
  }
}
