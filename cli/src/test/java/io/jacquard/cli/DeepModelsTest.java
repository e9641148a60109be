package io.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.data.Mnist;
import io.jacquard.nn.ModelSummary;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the summaries of networks of 1,001 layers say of memory, with checkpoints and without. */
class DeepModelsTest {
  private static ModelSummary summary(String model, boolean keepsAll) {
    var settings = new TrainSettings("mnist", model, 1, 128, 1e-4, 1, "adam", 0, null, null, true, Keep.USUAL,
        Plan.USUAL);
    var task = new MnistTask(settings, Hidden.USUAL, new Mnist(null, null, "generated digits", true),
        keepsAll);
    return task.summary(task.model());
  }

  @ParameterizedTest
  @ValueSource(strings = {"deep1001", "plain1001"})
  void checkpointsKeepLessThanAQuarter(String model) {
    var device = Backends.discover().open("cpu");
    try (var _ = device.backend()) {
      Device.with(device, () -> {
        var whole = summary(model, true);
        var part = summary(model, false);
        assertTrue(part.backwardBytes() < whole.backwardBytes() / 4,
            part.backwardBytes() + " of " + whole.backwardBytes());
      });
    }
  }
}
