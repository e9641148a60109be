package io.jacquard.cpu;

import io.jacquard.contract.OpContract;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;

/** What tensors must do on every backend. */
class CpuOpContractTest extends OpContract {
  @Override
  protected Device device() {
    return Backends.discover().open("cpu");
  }
}
