package io.jacquard.cpu;

import io.jacquard.golden.GoldenContract;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;

/** What PyTorch computed. */
class CpuGoldenTest extends GoldenContract {
  @Override
  protected Device device() {
    return Backends.discover().open("cpu");
  }
}
