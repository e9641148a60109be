package io.jacquard.cpu;

import io.jacquard.contract.BackendContract;
import io.jacquard.spi.Device;

/** The contract, kept by the interpreter. */
class InterpreterContractTest extends BackendContract {
  @Override
  protected Device device() {
    return new Device(new CpuBackend(CpuProvider.info(3), KernelCompiler.Mode.NEVER));
  }
}
