package io.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.io.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What runs leave beside their models, and the commands that look at it. */
class RunsCommandTest {
  @TempDir
  private static Path data;
  @TempDir
  private static Path folder;

  private static Captured run(int code, String... args) {
    var program = new Captured();
    assertEquals(code, program.run(args), program.out() + program.err());
    return program;
  }

  private static Captured train(String name, String... more) {
    var args = new ArrayList<>(List.of("train", "mnist", "--data", data.toString(), "--out",
        (name.contains("/") ? data : folder).resolve(name).toString(), "--model", "softmax"));
    args.addAll(List.of(more));
    return run(0, args.toArray(String[]::new));
  }

  @BeforeAll
  static void runs() throws IOException {
    TinyMnist.in(data);
    train("a", "--epochs", "3", "--save-best", "--tensorboard", "--csv-logger",
        data.resolve("log.csv").toString());
    train("b", "--epochs", "1", "--lr", "0.01", "--schedule", "one-cycle");
    Files.createDirectory(folder.resolve("killed"));
    Files.copy(folder.resolve("b/command.json"), folder.resolve("killed/command.json"));
  }

  @Test
  void runsAreListedWithTheirResults() {
    var lines = run(0, "runs", "--in", folder.toString()).out().lines().toList();
    assertTrue(lines.get(0).matches("Run +Epochs +Test +Loss +Options"), lines.get(0));
    assertTrue(
        lines.get(1)
            .matches(".*/a +3 +accuracy 0\\.\\d{4} +[\\d.]+ +optimizer adam, lr 0.001, batch 32, seed 0"),
        lines.get(1));
    assertTrue(lines.get(2).contains("/b  ") && lines.get(2).contains("lr 0.01"), lines.get(2));
    assertTrue(lines.get(3).matches(".*/killed +not ended +it goes on with --resume"), lines.get(3));
    assertTrue(run(0, "runs", "--in", data.toString()).out().startsWith("There are no runs in "));
    assertTrue(
        run(Main.FAILURE, "runs", "--in", data + "/none").err().contains("/none: there is no such folder"));
  }

  @Test
  void runsAreCompared() {
    var out = run(0, "runs", folder.resolve("a").toString(), folder.resolve("b").toString()).out();
    assertTrue(out.lines().anyMatch(line -> line.matches("--epochs +3 +1")), out);
    assertTrue(out.lines().anyMatch(line -> line.matches("--lr +0.001 +0.01")), out);
    assertTrue(out.lines().anyMatch(line -> line.matches("test_accuracy +\\S+ +\\S+")), out);
    assertTrue(out.lines()
        .anyMatch(line -> line.matches("images_per_second( +(\\d{1,3}(,\\d{3})*|\\d+\\.\\d{4})){2}")), out);
    assertFalse(out.contains("--seed"), "they have the same");
    var error = run(Main.FAILURE, "runs", folder.resolve("killed").toString()).err();
    assertTrue(error.contains("run.json cannot be read: no such file"), error);
  }

  @Test
  void theSummaryOfARun() {
    var out = run(0, "summary", folder.resolve("a").toString()).out();
    assertTrue(out.contains("Total: 7,850 parameters (30.7 KiB), all trainable · 7,840 multiply-adds"), out);
    assertTrue(out.contains("; gradients 30.7 KiB, the optimizer (Adam) 61.3 KiB"), out);
    assertTrue(
        run(Main.FAILURE, "summary", folder.resolve("aa").toString()).err().contains("Did you mean '"));
    assertTrue(
        run(Main.FAILURE, "summary", data.toString()).err().contains(data + " is not the folder of a run."));
  }

  @Test
  void curvesAreDrawn() throws IOException {
    var image = ImageIO.read(folder.resolve("a/curves.png").toFile());
    assertEquals(2 * 640, image.getWidth());
    assertFalse(Files.exists(folder.resolve("b/curves.png")), "one epoch is no curve");
    int dark = 0;
    for (int x = 0; x < image.getWidth(); x++) {
      for (int y = 0; y < image.getHeight(); y++) if ((image.getRGB(x, y) & 0xff) < 100) dark++;
    }
    assertTrue(dark > 500, "text and lines");
  }

  @Test
  void callbacksLeaveTheirFiles() throws IOException {
    assertEquals("softmax", ModelFile.metadata(folder.resolve("a/best.safetensors")).get("model"));
    for (var part : List.of("train", "validation")) {
      try (var files = Files.list(folder.resolve("a/tensorboard").resolve(part))) {
        assertEquals(1, files.count());
      }
    }
    assertEquals(4, Files.readAllLines(data.resolve("log.csv")).size());
  }

  @Test
  void trainingEndsEarly() throws IOException {
    train("more/early", "--epochs", "50", "--lr", "0.1", "--early-stopping", "1", "--reduce-on-plateau", "0",
        "--quiet");
    int lines = Files.readAllLines(data.resolve("more/early/history.csv")).size();
    assertTrue(lines < 50, lines + " lines");
    train("more/nan", "--epochs", "3", "--optimizer", "sgd", "--lr", "1e30", "--terminate-on-nan",
        "--schedule", "cosine");
    assertTrue(Files.exists(data.resolve("more/nan/model.safetensors")));
    assertTrue(run(Main.FAILURE, "train", "mnist", "--data", data.toString(), "--out",
        data.resolve("more/monitor").toString(), "--save-best", "--monitor", "val_acuracy").err()
        .contains("expected one of loss, val_loss, accuracy, val_accuracy. Did you mean 'val_accuracy'?"));
    assertTrue(run(Main.USAGE, "train", "mnist", "--early-stopping", "-1").err()
        .contains("expected 0 or more epochs"));
    assertTrue(
        run(Main.USAGE, "train", "mnist", "--schedule", "cosin").err().contains("Did you mean 'cosine'?"));
    assertTrue(run(Main.USAGE, "train", "mnist", "--schedule", "cosine", "--reduce-on-plateau", "2").err()
        .contains("expected one of the two"));
  }

  @Test
  void aLearningRateIsFound() throws IOException {
    var picture = Path.of("runs/mnist-softmax-lr-find.png");
    boolean there = Files.exists(picture.getParent());
    try {
      var out = run(0, "lr-find", "mnist", "--data", data.toString(), "--model", "softmax", "--quiet").out();
      assertTrue(
          out.matches("The loss falls fastest at --lr 0\\.\\d+\\. See runs/mnist-softmax-lr-find\\.png\\.\n"),
          out);
      assertEquals(640, ImageIO.read(picture.toFile()).getWidth());
    } finally {
      Files.deleteIfExists(picture);
      if (!there) Files.deleteIfExists(picture.getParent());
    }
    assertTrue(run(Main.USAGE, "lr-find").err().contains("Missing required parameter: 'TASK'"));
    assertTrue(run(0, "lr-find", "--help").out().contains("jacquard lr-find mnist --model cnn"));
  }

  @Test
  void sparklines() {
    assertEquals("█▅▁", Sparkline.of(new double[]{2, 1, 0}, 10));
    assertEquals("▁█", Sparkline.of(new double[]{0, 0, Double.NaN, 4, 4}, 2));
    assertEquals("▁▁", Sparkline.of(new double[]{3, 3}, 9));
    assertEquals("", Sparkline.of(new double[]{Double.NaN}, 9));
  }
}
