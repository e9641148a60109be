package io.jacquard.cuda;

import io.jacquard.contract.TrainingContract;
import io.jacquard.spi.Device;

/** Trains through CUDA's launches and graphs as on plain loops. */
class CudaTrainingTest extends TrainingContract {
  @Override
  protected Device device() {
    return TestGpu.open();
  }
}
