package io.jacquard.opencl;

import io.jacquard.contract.TrainingContract;
import io.jacquard.spi.Device;

/** Trains on OpenCL as on plain loops. */
class OpenClTrainingTest extends TrainingContract {
  @Override
  protected Device device() {
    return TestDevice.open();
  }
}
