package io.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Autoencoders in the command: they learn, and leave pictures. */
class AutoencoderCommandTest {
  @TempDir
  private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"autoencoder", "vae"})
  void theRunHasReconstructionsAndSamples(String model) throws Exception {
    var data = TinyMnist.in(folder.resolve("data"));
    var run = folder.resolve(model);
    var program = new Captured();
    assertEquals(0,
        program.run("train", "mnist", "--data", data.toString(), "--model", model, "--epochs", "3",
            "--batch", "20", "--out", run.toString()),
        program.err());
    assertEquals("", program.err());
    assertTrue(program.out().contains("reconstructions.png, samples.png"), program.out());
    var again = ImageIO.read(run.resolve("reconstructions.png").toFile());
    assertEquals(16 * 29 - 1, again.getWidth());
    assertEquals(2 * 29 - 1, again.getHeight());
    var samples = ImageIO.read(run.resolve("samples.png").toFile());
    assertEquals(8 * 29 - 1, samples.getWidth());
    assertEquals(8 * 29 - 1, samples.getHeight());
    var history = Files.readAllLines(run.resolve("history.csv"));
    int mse = List.of(history.getFirst().split(",")).indexOf("val_mse");
    double first = Double.parseDouble(history.get(1).split(",")[mse]);
    double last = Double.parseDouble(history.getLast().split(",")[mse]);
    assertTrue(last < first && last < 0.2, String.join("\n", history));

    var predicts = new Captured();
    assertEquals(1, predicts.run("predict", run.toString(), run.resolve("samples.png").toString()));
    assertTrue(predicts.err().contains("draws pictures, and classifies nothing"), predicts.err());
  }
}
