package io.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code jacquard train TASK --resume RUN}. */
class ResumeCommandTest {
  @TempDir
  private static Path data;
  @TempDir
  private Path folder;

  @BeforeAll
  static void digits() throws IOException {
    TinyMnist.in(data);
  }

  private Captured run(int code, String... args) {
    var program = new Captured();
    assertEquals(code, program.run(args), program.out() + program.err());
    return program;
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private byte[] model(String run) throws IOException {
    return Files.readAllBytes(folder.resolve(run).resolve(RunFolder.MODEL));
  }

  private void train(String run, String... more) {
    var args = new ArrayList<>(
        List.of("train", "mnist", "--data", data.toString(), "--out", path(run), "--model",
            "mlp", "--seed", "5"));
    args.addAll(List.of(more));
    run(0, args.toArray(String[]::new));
  }

  @Test
  void aRunCanGetMoreEpochsAndEndsAsOneThatHadThemFromTheBeginning() throws IOException {
    train("whole", "--epochs", "3");
    train("short", "--epochs=2", "--quiet");
    assertFalse(Arrays.equals(model("whole"), model("short")));
    var more = run(0, "train", "mnist", "--resume", path("short"), "--epochs", "3");
    assertArrayEquals(model("whole"), model("short"));
    assertTrue(more.out().startsWith("Test: "), "it was begun with --quiet");
    var history = Files.readAllLines(folder.resolve("short/history.csv"));
    assertEquals(4, history.size());
    var done = run(0, "train", "mnist", "--resume=" + path("whole"), "--threads=1");
    assertTrue(done.out().contains("Going on after 3 epochs."), done.out());
    assertArrayEquals(model("whole"), model("short"));
  }

  @Test
  void beforeTheFirstCheckpointItBeginsAnew() throws IOException {
    train("whole", "--epochs", "1");
    Files.createDirectory(folder.resolve("cut"));
    Files.copy(folder.resolve("whole/command.json"), folder.resolve("cut/command.json"));
    var again = run(0, "train", "mnist", "--resume", path("cut"));
    assertTrue(again.out().contains("was interrupted before its first checkpoint: it begins anew."),
        again.out());
    assertArrayEquals(model("whole"), model("cut"));
  }

  @Test
  void whatShapesTheResultCannotBeNamedAnew() {
    train("run", "--epochs", "1");
    var error = run(Main.FAILURE, "train", "mnist", "--resume", path("run"), "--lr", "0.5").err();
    assertTrue(error.contains("--lr cannot be named with --resume"), error);
    assertTrue(error.contains("mnist --data " + data + " --model mlp --seed 5 --epochs 1"), error);
    error = run(Main.FAILURE, "train", "csv", "--resume", path("run")).err();
    assertTrue(error.contains("is of the task 'mnist', expected: jacquard train mnist --resume "), error);
    error = run(Main.FAILURE, "train", "mnist", "more", "--resume", path("run")).err();
    assertTrue(error.contains("'more' is one word too many"), error);
    error = run(Main.FAILURE, "train", "mnist", "--resume", path("rum")).err();
    assertTrue(error.contains("There is no run ") && error.contains("Did you mean '" + path("run")), error);
    error = run(Main.FAILURE, "train", "mnist", "--resume", data.toString()).err();
    assertTrue(error.contains(data + " is not the folder of a run."), error);
    error = run(Main.USAGE, "train", "mnist", "--resume").err();
    assertTrue(error.contains("--resume"), error);
    error = run(Main.USAGE, "train", "mnist", "--checkpoint-every", "0").err();
    assertTrue(error.contains("--checkpoint-every 0.0: expected seconds, above 0."), error);
  }

  @Test
  void otherDataIsRefused(@TempDir Path other) throws Exception {
    train("run", "--epochs", "1");
    var error = run(Main.FAILURE, "train", "mnist", "--resume", path("run"), "--epochs", "2", "--data",
        TinyMnist.in(other, 300).toString()).err();
    assertTrue(error.contains("the training was begun with other data: 360 samples ("), error);
  }

  @Test
  void aBrokenCommandFileIsRefused() throws IOException {
    train("run", "--epochs", "1");
    var file = folder.resolve("run/command.json");
    for (var text : List.of("", "{", "[1]", "{\"arguments\": 1}", "{\"arguments\": []}",
        "{\"arguments\": [1]}")) {
      Files.writeString(file, text);
      var error = run(Main.FAILURE, "train", "mnist", "--resume", path("run")).err();
      assertTrue(error.startsWith("jacquard: " + file), error);
    }
  }

  @Test
  @Timeout(300)
  void aRunThatWasKilledEndsAsOneThatWasNot() throws Exception {
    var whole = start("whole", "train", "mnist", "--data", data.toString(), "--out", path("whole"),
        "--epochs", "24",
        "--threads", "1");
    assertTrue(whole.waitFor(200, TimeUnit.SECONDS));
    var killed = start("killed", "train", "mnist", "--data", data.toString(), "--out", path("killed"),
        "--epochs", "24",
        "--threads", "1", "--checkpoint-every", "0.001");
    while (killed.isAlive() && !Files.readString(folder.resolve("killed.txt")).contains("Epoch 4/"))
      Thread.sleep(5);
    killed.destroyForcibly().waitFor();
    assertFalse(Files.exists(folder.resolve("killed/run.json")), "it was killed before its end");
    run(0, "train", "mnist", "--resume", path("killed"));
    assertArrayEquals(model("whole"), model("killed"));
  }

  private Process start(String name, String... args) throws IOException {
    var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-cp",
        System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(args));
    return new ProcessBuilder(command).redirectErrorStream(true)
        .redirectOutput(folder.resolve(name + ".txt").toFile()).start();
  }
}
