package io.jacquard.cpu;

import io.jacquard.contract.TrainingContract;
import io.jacquard.spi.Device;
import io.jacquard.spi.OpenOptions;

/** Trains without vectors as on loops that read like a specification. */
class PlainTrainingTest extends TrainingContract {
  @Override
  protected Device device() {
    return new Device(CpuProvider.open(PlainFormTest.PLAIN, new OpenOptions(2)));
  }
}
