package io.jacquard.cpu;

import io.jacquard.contract.TrainingContract;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;

/** Trains on SIMD cores as on plain loops. */
class CpuTrainingTest extends TrainingContract {
  @Override
  protected Device device() {
    return Backends.discover().open("cpu");
  }
}
