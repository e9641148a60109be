package io.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepCommandTest {
  @TempDir
  private static Path folder;
  private static String data;

  @BeforeAll
  static void digits() throws IOException {
    data = TinyMnist.in(folder.resolve("data")).toString();
  }

  private static Captured run(int code, String... args) {
    var program = new Captured();
    assertEquals(code, program.run(args), program.out() + program.err());
    return program;
  }

  private static Captured sweep(Path out, String... more) {
    var args = new ArrayList<>(List.of("sweep", "mnist", "--data", data, "--epochs", "2", "--out",
        out.toString()));
    args.addAll(List.of(more));
    return run(0, args.toArray(String[]::new));
  }

  @Test
  void everyCombinationIsRunAndCompared() throws IOException {
    var out = folder.resolve("all");
    var said = sweep(out, "--layers", "16,8x8", "--lr", "0.01,1e-6", "--seeds", "0-1", "--parallel", "2")
        .out();
    assertTrue(said.startsWith("Sweep in " + out + ": 8 runs, 2 at a time\n"), said);
    assertTrue(said.contains("  8/8  layers "), said);
    var table = said.lines().dropWhile(line -> !line.startsWith("layers")).toList();
    assertTrue(table.getFirst().matches("layers +lr +seeds +val_accuracy +val_loss +test_accuracy"),
        table.getFirst());
    assertTrue(table.get(1).matches("16 +0.01 +2 +0\\.\\d{4} ± 0\\.\\d{4} .*"), table.get(1));
    assertTrue(table.get(4).contains(" 0.000001 "), "the slowest is the last");
    assertTrue(said.contains("Best by val_accuracy: --hidden 16 --lr 0.01"), said);
    var csv = Files.readAllLines(out.resolve("sweep.csv"));
    assertEquals("run,hidden,lr,seed,val_accuracy,val_loss,test_accuracy", csv.getFirst());
    assertEquals(9, csv.size());
    assertEquals(640, ImageIO.read(out.resolve("sweep.png").toFile()).getWidth());
    for (var name : List.of("hidden16-lr0.01-seed0", "hidden8x8-lr0.000001-seed1"))
      assertTrue(Files.exists(out.resolve(name).resolve("run.json")), name);

    // The same alone gives the same: runs that go on beside each other do not touch each other.
    run(0, "train", "mnist", "--data", data, "--epochs", "2", "--hidden", "8,8", "--lr", "0.01", "--seed",
        "1", "--quiet", "--out", folder.resolve("alone").toString());
    assertEquals(-1, Files.mismatch(folder.resolve("alone/model.safetensors"),
        out.resolve("hidden8x8-lr0.01-seed1/model.safetensors")));
    assertTrue(run(0, "runs", "--in", out.toString()).out().lines()
        .anyMatch(line -> line.matches(".*hidden8x8-lr0\\.01-seed1 +2 +accuracy .*")));
    assertTrue(
        run(0, "runs", "--in", folder.toString()).out().contains("a sweep: jacquard runs --in " + out));
  }

  @Test
  void aSweepGoesOnWithoutRunningAnythingTwice() throws IOException {
    var out = folder.resolve("cut");
    sweep(out, "--activations", "relu,tanh,gelu", "--parallel", "1");
    // As it is after an interruption: one is not begun, one stands after its first epoch.
    for (var file : List.of("run.json", "model.safetensors"))
      Files.delete(out.resolve("tanh-seed0").resolve(file));
    var gelu = out.resolve("gelu-seed0");
    try (var files = Files.list(gelu)) {
      for (var file : files.toList()) Files.delete(file);
    }
    var long_ = FileTime.fromMillis(1_000_000);
    Files.setLastModifiedTime(out.resolve("relu-seed0/run.json"), long_);
    var said = run(0, "sweep", "--resume", out.toString(), "--parallel", "2").out();
    assertTrue(said.startsWith("Sweep in " + out + ": 3 runs, 2 at a time, 1 done before\n"), said);
    assertFalse(said.contains("/3  activation relu"), said);
    assertEquals(long_, Files.getLastModifiedTime(out.resolve("relu-seed0/run.json")));
    assertTrue(Files.exists(gelu.resolve("model.safetensors")));
    assertTrue(Files.exists(out.resolve("tanh-seed0/model.safetensors")));
    assertTrue(said.lines().anyMatch(line -> line.startsWith("activation  seeds")), said);
    assertTrue(ImageIO.read(out.resolve("sweep.png").toFile()).getHeight() > 0, "bars, for want of rates");
    assertTrue(run(0, "sweep", "--resume", out.toString()).out().contains(" at a time, 3 done before\n"));
  }

  @Test
  void whatCannotBeIsRefused() {
    assertTrue(run(Main.USAGE, "sweep").err().contains("Missing required parameter: 'TASK'"));
    assertTrue(run(Main.USAGE, "sweep", "mnits").err().contains("Did you mean 'mnist'?"));
    assertTrue(run(Main.USAGE, "sweep", "mnist", "--layers", "a").err().contains("as in 64,128x64"));
    assertTrue(run(Main.USAGE, "sweep", "mnist", "--seeds", "4-1").err().contains("the smaller one first"));
    assertTrue(run(Main.USAGE, "sweep", "mnist", "--seeds", "x").err().contains("as in 0,1,2 or 0-4"));
    assertTrue(run(Main.USAGE, "sweep", "mnist", "--parallel", "0").err().contains("expected 1 or more"));
    var wrong = run(Main.USAGE, "sweep", "mnist", "--out", folder.resolve("wrong").toString(), "--epohcs",
        "3");
    assertTrue(wrong.err().startsWith("jacquard: There is no option '--epohcs'. Did you mean '--epochs'?"),
        wrong.err());
    assertTrue(run(Main.FAILURE, "sweep", "mnist", "--data", folder.resolve("none").toString(), "--out",
        folder.resolve("wrong").toString()).err().contains("none does not exist"));
    assertFalse(Files.exists(folder.resolve("wrong")), "nothing was made");
    assertTrue(run(Main.FAILURE, "sweep", "--resume", folder.resolve("none").toString()).err()
        .contains("none is not the folder of a sweep, expected one that 'jacquard sweep' has made"));
    assertTrue(run(Main.FAILURE, "sweep", "--resume", "x", "--lr", "1").err()
        .contains("'--lr' cannot be named with --resume"));
  }
}
