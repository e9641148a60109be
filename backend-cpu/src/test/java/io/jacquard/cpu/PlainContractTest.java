package io.jacquard.cpu;

import io.jacquard.contract.BackendContract;
import io.jacquard.spi.Device;

/** The contract, kept by plain loops: by the interpreter, and by all that stands in for vectors. */
class PlainContractTest extends BackendContract {
  @Override
  protected Device device() {
    return new Device(new CpuBackend(CpuProvider.info(3), PlainFormTest.PLAIN, KernelCompiler.Mode.NEVER));
  }
}
