package io.jacquard.cpu;

import io.jacquard.contract.BackendContract;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;

/** What every backend must keep. */
class CpuContractTest extends BackendContract {
  @Override
  protected Device device() {
    return Backends.discover().open("cpu");
  }
}
