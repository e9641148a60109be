package io.jacquard.cpu;

import io.jacquard.contract.BackendContract;
import io.jacquard.spi.Device;

/** The contract, kept by generated kernels. */
class CpuContractTest extends BackendContract {
  @Override
  protected Device device() {
    return new Device(new CpuBackend(CpuProvider.info(2), KernelCompiler.Mode.AT_ONCE));
  }
}
