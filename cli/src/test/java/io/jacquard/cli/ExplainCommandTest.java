package io.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.Counted;
import io.jacquard.data.Digits;
import io.jacquard.data.GeneratedDigits;
import io.jacquard.explain.GradCam;
import io.jacquard.explain.IntegratedGradients;
import io.jacquard.io.ModelFile;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Scope;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainCommandTest {
  private static final Digits DIGITS = GeneratedDigits.digits(5, 1, 20);
  private static final Pattern PICTURE = Pattern.compile("src=\"data:image/png;base64,([^\"]+)\"");

  @TempDir
  private static Path folder;
  private static Path run;
  private static Path table;
  private final Captured program = new Captured();

  private static void train(String... args) {
    var training = new Captured();
    assertEquals(0, training.run(args), training.err());
  }

  @BeforeAll
  static void train() throws IOException {
    run = folder.resolve("digits");
    var data = TinyMnist.in(folder.resolve("data"), 1500).toString();
    train("train", "mnist", "--data", data, "--out", run.toString(), "--model", "lenet5", "--batch",
        "16", "--epochs", "4", "--quiet");
    table = folder.resolve("table.csv");
    var random = new Random(3);
    var lines = new StringBuilder("noise,strong,street,price\n");
    for (int i = 0; i < 400; i++) {
      double strong = random.nextGaussian();
      var street = random.nextBoolean() ? "Oak" : "Elm";
      lines.append("%.4f,%.4f,%s,%.4f%n".formatted(random.nextGaussian(), strong, street,
          5 * strong + (street.equals("Oak") ? 3 : 0)));
    }
    Files.writeString(table, lines.toString());
    train("train", "csv", table.toString(), "--target", "price", "--out", folder.resolve("prices").toString(),
        "--epochs", "20", "--hidden", "16", "--activation", "tanh", "--quiet");
  }

  @Test
  void aPageOnAPicture() throws IOException {
    var picture = PredictCommandTest.picture(DIGITS, 3, folder.resolve("a digit.png"));
    assertEquals(0, program.run("explain", run.toString(), picture.toString()), program.err());
    var file = run.resolve("explain-a digit.html");
    assertTrue(program.out().endsWith("Written: " + file + "\n"), program.out());
    assertTrue(program.out().startsWith(picture + ": " + DIGITS.labels()[3]), program.out());
    var page = Files.readString(file);
    for (var part : new String[]{"Saliency", "SmoothGrad", "Integrated gradients", "Grad-CAM", "Occlusion",
        "What the layers give", "What they weigh", "Conv2d(1, 6, "})
      assertTrue(page.contains(part), part);
    int pictures = 0;
    for (var found = PICTURE.matcher(page); found.find(); pictures++)
      assertTrue(
          ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(found.group(1)))).getWidth() > 0);
    assertTrue(pictures >= 6 + 5 + 2, pictures + " pictures");
    assertFalse(page.contains("http://") || page.contains("https://") || page.contains("<script"),
        "it fetches nothing");
  }

  /** Where the network looks is where the digit is: its heat there is far above that on paper. */
  @Test
  void gradCamPeaksOnTheDigit() throws IOException {
    var device = Backends.discover().open("cpu");
    int on = 0;
    try (var _ = device.backend()) {
      on = Device.with(device, () -> {
        var file = run.resolve("model.safetensors");
        var saved = PictureModel.load(file, ModelFile.metadata(file));
        int hits = 0;
        for (int i = 0; i < DIGITS.count(); i++) {
          try (var _ = Scope.open()) {
            var pixels = Arrays.copyOfRange(DIGITS.images(), i * Digits.PIXELS, (i + 1) * Digits.PIXELS);
            var x = saved.input(saved.read(pictureOf(i)));
            var map = GradCam.sharp(saved.model(), x).of(saved.model(), x).toFloats();
            int peak = 0;
            for (int p = 1; p < map.length; p++) if (map[p] > map[peak]) peak = p;
            if (isNearInk(pixels, peak)) hits++;
          }
        }
        return hits;
      });
    }
    Counted.say("Grad-CAM of 20 generated digits: " + on + " peaks on the digit, a pixel beside it at most.");
    assertTrue(on >= 18, on + " of 20 peaks on the digit");
  }

  /** To a thousandth of a score, whatever its size. */
  @Test
  void integratedGradientsAreCompleteForATrainedNetwork() throws IOException {
    var device = Backends.discover().open("cpu");
    try (var _ = device.backend()) {
      Device.with(device, () -> {
        var file = run.resolve("model.safetensors");
        var saved = PictureModel.load(file, ModelFile.metadata(file));
        double worst = 0;
        double largest = 0;
        for (int i = 0; i < 10; i++) {
          try (var _ = Scope.open()) {
            var x = saved.input(saved.read(pictureOf(i)));
            var how = IntegratedGradients.of().baseline(saved.black(x));
            var parts = how.of(saved.model(), x);
            worst = Math.max(worst, Math.abs(how.gap(saved.model(), x, parts)[0]));
            largest = Math.max(largest, Math.abs(parts.sum().item()));
          }
        }
        Counted.say(String.format(Locale.ROOT,
            "Integrated gradients of 10 generated digits: complete to %.1g at most, "
                + "for scores up to %.0f.",
            worst, largest));
        assertTrue(worst <= 1e-3 && largest > 5, worst + " of " + largest);
      });
    }
  }

  private static Path pictureOf(int number) {
    try {
      return PredictCommandTest.picture(DIGITS, number, folder.resolve("peak" + number + ".png"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** On a stroke, or a pixel beside it: a quarter of a picture is. */
  private static boolean isNearInk(byte[] pixels, int at) {
    for (int dy = -1; dy <= 1; dy++) {
      for (int dx = -1; dx <= 1; dx++) {
        int y = at / Digits.SIDE + dy;
        int x = at % Digits.SIDE + dx;
        boolean inside = y >= 0 && y < Digits.SIDE && x >= 0 && x < Digits.SIDE;
        if (inside && (pixels[y * Digits.SIDE + x] & 0xff) > 128) return true;
      }
    }
    return false;
  }

  @Test
  void theClassTheLayerAndTheFileAreChosen() throws IOException {
    var picture = pictureOf(1).toString();
    var out = folder.resolve("chosen.html");
    assertEquals(0,
        program.run("explain", run.resolve("model.safetensors").toString(), picture, "--class", "4",
            "--layer", "conv1", "--out", out.toString()),
        program.err());
    var page = Files.readString(out);
    assertTrue(page.contains("What speaks for &#39;4&#39;") && page.contains("where conv1 saw it"), page);

    assertEquals(Main.FAILURE, program.run("explain", run.toString(), "houses.csv"));
    assertTrue(program.err().contains("houses.csv is a text"), program.err());
    assertEquals(Main.FAILURE, program.run("explain", run.toString(), picture, "--class", "ten"));
    assertTrue(program.err().contains("--class 'ten': the model knows no such class. Its classes are 0, 1"),
        program.err());
    assertEquals(Main.FAILURE, program.run("explain", run.toString(), picture, "--layer", "conv3"));
    assertTrue(program.err().contains("--layer 'conv3': the model has no such layer that gives maps, "),
        program.err());
    assertTrue(program.err().contains(" Did you mean 'conv"), program.err());
    assertEquals(Main.FAILURE, program.run("explain", run.toString(), picture, "--out", folder.toString()));
    assertTrue(program.err().contains("is a folder, expected the name of a file"), program.err());
  }

  @Test
  void aPageOnATable() throws IOException {
    var prices = folder.resolve("prices").toString();
    assertEquals(0, program.run("explain", prices, table.toString()), program.err());
    var lines = program.out().lines().toList();
    assertTrue(lines.get(0).startsWith("What 'price' is told by"), program.out());
    assertTrue(lines.get(1).startsWith("  strong  ███"), program.out());
    assertTrue(lines.get(2).startsWith("  street  █"), program.out());
    assertTrue(lines.get(3).startsWith("  noise "), program.out());
    assertTrue(Files.readString(folder.resolve("prices/explain-table.html")).contains("<span>strong</span>"));

    var bare = Files.writeString(folder.resolve("bare.csv"), "noise,strong,street\n1,2,Oak\n");
    assertEquals(Main.FAILURE, program.run("explain", prices, "seven.png"));
    assertTrue(program.err().contains("seven.png is a picture"), program.err());
    assertEquals(Main.FAILURE, program.run("explain", prices, bare.toString()));
    assertTrue(program.err().contains("has no column 'price'"), program.err());
    assertEquals(Main.FAILURE, program.run("explain", prices, table.toString(), "--class", "a"));
    assertTrue(program.err().contains("expected only with a run that classifies pictures"), program.err());
  }
}
