package io.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.data.Digits;
import io.jacquard.data.GeneratedDigits;
import io.jacquard.io.ModelFile;
import io.jacquard.models.Models;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictCommandTest {
  private static final Digits DIGITS = GeneratedDigits.digits(5, 0, 20);

  @TempDir
  private static Path folder;
  private static Path run;
  private final Captured program = new Captured();

  @BeforeAll
  static void train() throws IOException {
    run = folder.resolve("run");
    var data = TinyMnist.in(folder.resolve("data"));
    var training = new Captured();
    assertEquals(0,
        training.run("train", "mnist", "--data", data.toString(), "--out", run.toString(), "--epochs",
            "8", "--quiet"),
        training.err());
  }

  /** Writes a picture, dark on light, as a person would. */
  static Path picture(Digits digits, int number, Path file) throws IOException {
    var image = new BufferedImage(Digits.SIDE, Digits.SIDE, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < Digits.PIXELS; i++) {
      image.getRaster().setSample(i % Digits.SIDE, i / Digits.SIDE, 0,
          255 - (digits.images()[number * Digits.PIXELS + i] & 0xff));
    }
    ImageIO.write(image, "png", file.toFile());
    return file;
  }

  @Test
  void recognisesWhatItHasLearned() throws IOException {
    var args = new String[2 + DIGITS.count()];
    args[0] = "predict";
    args[1] = run.toString();
    for (int i = 0; i < DIGITS.count(); i++)
      args[2 + i] = picture(DIGITS, i, folder.resolve(i + ".png")).toString();
    assertEquals(0, program.run(args), program.err());
    int right = 0;
    for (int i = 0; i < DIGITS.count(); i++) {
      if (program.out().contains(folder.resolve(i + ".png") + ": " + DIGITS.labels()[i] + "\n")) right++;
    }
    assertTrue(right >= 16, right + " of 20 right:\n" + program.out());
    assertTrue(program.out().contains("█") && program.out().contains("  the other 7  "), program.out());
  }

  @Test
  void aModelFileDoesAsWellAsItsRun() throws IOException {
    var picture = picture(DIGITS, 0, folder.resolve("zero.png")).toString();
    assertEquals(0, program.run("predict", run.toString(), picture, "--all"), program.err());
    var other = new Captured();
    assertEquals(0, other.run("predict", run.resolve("model.safetensors").toString(), picture, "--all"));
    assertEquals(program.out(), other.out());
    assertEquals(11, program.out().lines().count(), "a title and ten classes");
  }

  @Test
  void aBrokenPictureDoesNotStopTheOthers() throws IOException {
    var good = picture(DIGITS, 1, folder.resolve("good.png"));
    var broken = folder.resolve("broken.png");
    var bytes = Files.readAllBytes(good);
    Files.write(broken, Arrays.copyOf(bytes, bytes.length / 2));
    var missing = folder.resolve("missing.png");
    assertEquals(Main.FAILURE,
        program.run("predict", run.toString(), broken.toString(), missing.toString(), good.toString()));
    assertTrue(program.out().startsWith(good + ": "), program.out());
    assertEquals(2, program.err().lines().count(), program.err());
    assertTrue(program.err().contains(broken + " ") && program.err().contains(missing + " "), program.err());
  }

  @Test
  void aRunThatIsNotThereGetsTheNearestName() throws IOException {
    assertEquals(Main.FAILURE, program.run("predict", folder.resolve("rnu").toString(), "a.png"));
    assertTrue(program.err().startsWith("jacquard: There is no run " + folder.resolve("rnu") + "."),
        program.err());
    assertTrue(program.err().contains("Did you mean '" + run + "'?"), program.err());
    assertEquals(Main.FAILURE, program.run("predict", folder.resolve("data").toString(), "a.png"));
    assertTrue(program.err().contains("holds no model.safetensors"), program.err());
    var picture = Files.writeString(folder.resolve("first.PNG"), "").toString();
    assertEquals(Main.FAILURE, program.run("predict", picture, run.toString()));
    assertTrue(program.err().contains(picture + " is not a run, which is named first, and the file after it"),
        program.err());
  }

  @Test
  void filesThatDoNotFitAreRefused() throws IOException {
    var text = Files.writeString(folder.resolve("text.safetensors"), "not a model at all");
    assertEquals(Main.FAILURE, program.run("predict", text.toString(), "a.png"));
    assertTrue(program.err().contains("is not a valid safetensors file"), program.err());

    var anonymous = folder.resolve("anonymous.safetensors");
    ModelFile.save(Models.softmax(), anonymous, Map.of());
    assertEquals(Main.FAILURE, program.run("predict", anonymous.toString(), "a.png"));
    assertTrue(program.err().contains("its metadata lacks 'model'"), program.err());

    var lying = folder.resolve("lying.safetensors");
    ModelFile.save(Models.softmax(), lying, Map.of("model", "mlp", "classes", "0,1"));
    assertEquals(Main.FAILURE, program.run("predict", lying.toString(), "a.png"));
    assertTrue(program.err().contains("missing: 4.weight [10, 128]"), program.err());

    assertEquals(Main.FAILURE, program.run("predict", run.toString(), "houses.csv"));
    assertTrue(program.err().contains("houses.csv is a text, and " + run + " has learned from pictures. "),
        program.err());
    assertEquals("", program.out());
  }
}
