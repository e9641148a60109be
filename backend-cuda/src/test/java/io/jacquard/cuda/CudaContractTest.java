package io.jacquard.cuda;

import io.jacquard.contract.Share;
import io.jacquard.contract.BackendContract;
import io.jacquard.spi.Device;

/** What every backend must keep, through launches of CUDA; one case in 32, since each compiles kernels. */
class CudaContractTest extends BackendContract {
  @Override
  protected Device device() {
    return TestGpu.open();
  }

  @Override
  protected Share share() {
    return Share.oneIn(32);
  }
}
