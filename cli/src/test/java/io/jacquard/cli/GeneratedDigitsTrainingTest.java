package io.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.Counted;
import io.jacquard.data.GeneratedDigits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The built-in digits are hard enough that a better network is seen to be better. */
class GeneratedDigitsTrainingTest {
  @TempDir
  private Path folder;

  /** The same digits as without files, which a machine may have, so that it learns from these in any case. */
  private double accuracy(String model, String epochs) throws IOException {
    var sets = GeneratedDigits.sets(1);
    var data = TinyMnist.write(folder.resolve("data"), sets.train(), sets.test());
    var report = folder.resolve(model + ".json");
    var program = new Captured();
    assertEquals(0,
        program.run("train", "mnist", "--data", data.toString(), "--model", model, "--epochs", epochs,
            "--quiet", "--out", folder.resolve(model).toString(), "--report", report.toString()),
        program.err());
    return Json.read(report).get("test_accuracy") instanceof Double value ? value : Double.NaN;
  }

  @Test
  void softmaxRegressionStaysBelow95Percent() throws IOException {
    double accuracy = accuracy("softmax", "5");
    assertTrue(accuracy > 0.85 && accuracy < 0.95, "softmax: " + accuracy);
    Counted.say(
        String.format(Locale.ROOT, "Softmax regression reads %.1f %% of generated digits.", 100 * accuracy));
  }

  @Test
  @Tag("full")
  void aConvolutionalNetworkGoesAbove98Percent() throws IOException {
    double accuracy = accuracy("cnn", "3");
    assertTrue(accuracy > 0.98, "cnn: " + accuracy);
    Counted.say(String.format(Locale.ROOT, "A convolutional network reads %.1f %% of generated digits.",
        100 * accuracy));
  }
}
