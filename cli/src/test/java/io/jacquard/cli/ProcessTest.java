package io.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jacquard.data.GeneratedDigits;
import io.jacquard.io.ModelFile;
import io.jacquard.models.Models;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program as its users meet it: a process with exit codes, signals and a current folder. */
@Timeout(300)
class ProcessTest {
  @TempDir
  private Path folder;

  private record Ended(int code, String out, String err) {}

  private Process start(String... args) throws IOException {
    return start(Main.class, args);
  }

  private Process start(Class<?> main, String... args) throws IOException {
    var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-cp",
        System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(args));
    var builder = new ProcessBuilder(command).directory(folder.toFile())
        .redirectOutput(folder.resolve("out.txt").toFile()).redirectError(folder.resolve("err.txt").toFile());
    // Without these the built-in digits are taken.
    builder.environment().remove("JACQUARD_DATA");
    builder.environment().put("XDG_CACHE_HOME", folder.resolve("no-cache").toString());
    builder.environment().put("LC_ALL", "C");
    return builder.start();
  }

  private Ended end(Process process) throws Exception {
    try {
      assertTrue(process.waitFor(250, TimeUnit.SECONDS), "it ends");
    } finally {
      process.destroyForcibly();
    }
    return new Ended(process.exitValue(), out(), Files.readString(folder.resolve("err.txt")));
  }

  private String out() throws IOException {
    return Files.readString(folder.resolve("out.txt"));
  }

  private Ended run(String... args) throws Exception {
    return end(start(args));
  }

  @Test
  void trainsOnGeneratedDigitsAndPredicts() throws Exception {
    var first = run("train", "mnist", "--model", "softmax", "--epochs", "1", "--seed", "3", "--threads", "1");
    assertEquals(0, first.code, first.err);
    assertTrue(first.out.contains("Data: generated digits, drawn by the program"), first.out);
    assertTrue(first.out.contains("· 10,000 to train with, 2,000 to test with"), first.out);
    assertTrue(first.out.contains("(generated digits)"), first.out);
    var run = folder.resolve("runs/mnist-softmax-001");
    assertTrue(first.out.contains("Saved in runs/mnist-softmax-001: "), first.out);
    for (var file : List.of("model.safetensors", "history.csv", "run.json"))
      assertTrue(Files.size(run.resolve(file)) > 0, file);

    var second = run("train", "mnist", "--model", "softmax", "--epochs", "1", "--seed", "3", "--threads", "1",
        "--quiet");
    assertEquals(0, second.code, second.err);
    assertEquals(first.out.lines().filter(line -> line.startsWith("Test:")).findFirst().orElseThrow() + "\n",
        second.out);
    assertArrayEquals(Files.readAllBytes(run.resolve("model.safetensors")),
        Files.readAllBytes(folder.resolve("runs/mnist-softmax-002/model.safetensors")));

    var digits = GeneratedDigits.digits(1, 0, 1);
    PredictCommandTest.picture(digits, 0, folder.resolve("digit.png"));
    var predicted = run("predict", "runs/mnist-softmax-001", "digit.png");
    assertEquals(0, predicted.code, predicted.err);
    assertTrue(predicted.out.startsWith("digit.png: " + digits.labels()[0] + "\n"), predicted.out);
    assertTrue(predicted.out.contains("█"), "UTF-8 in any locale");
  }

  @Test
  void ctrlCSavesWhatWasLearned() throws Exception {
    var stopped = signalled("INT");
    assertEquals(130, stopped.code, stopped.err);
    checkSaved(stopped);
  }

  @Test
  void terminationSavesWhatWasLearned() throws Exception {
    var stopped = signalled("TERM");
    assertEquals(143, stopped.code, stopped.err);
    checkSaved(stopped);
  }

  private void checkSaved(Ended stopped) throws IOException {
    assertTrue(stopped.err.contains("What was learned so far is saved in runs/mnist-softmax-001."),
        stopped.err);
    var run = folder.resolve("runs/mnist-softmax-001");
    ModelFile.load(Models.softmax(), run.resolve("model.safetensors"));
    assertTrue(Files.readString(run.resolve("run.json")).contains("\"interrupted\" : true"));
    assertTrue(Files.readString(run.resolve("history.csv")).startsWith("epoch,"));
    assertFalse(stopped.out.contains("Test:"), stopped.out);
  }

  /** Starts a training without end and sends it a signal after its first epoch. */
  private Ended signalled(String signal) throws Exception {
    assumeSignals();
    var process = start("train", "mnist", "--model", "softmax", "--batch", "256", "--epochs", "1000000",
        "--threads", "1");
    signal(process, signal, "Epoch 1/");
    return end(process);
  }

  @Test
  void ctrlCInASweepLeavesATableAndGoesOn() throws Exception {
    assumeSignals();
    var data = TinyMnist.in(folder.resolve("data")).toString();
    var process = start("sweep", "mnist", "--data", data, "--model", "softmax", "--epochs", "20", "--seeds",
        "0-11",
        "--parallel", "1");
    signal(process, "INT", "  2/12  ");
    var stopped = end(process);
    assertEquals(130, stopped.code, stopped.out + stopped.err);
    assertTrue(
        stopped.err.matches("(?s).*Stopped after \\d+ of 12 runs\\. .*\nTo go on: jacquard sweep --resume "
            + "runs/sweep-mnist-001\n.*"),
        stopped.err);
    assertTrue(stopped.out.contains("\nseeds  val_accuracy "), stopped.out);
    var table = folder.resolve("runs/sweep-mnist-001/sweep.csv");
    int done = Files.readAllLines(table).size() - 1;
    assertTrue(done >= 2 && done < 12, done + " had ended");
    var resumed = run("sweep", "--resume", "runs/sweep-mnist-001");
    assertEquals(0, resumed.code, resumed.err);
    assertTrue(resumed.out.contains(", " + done + " done before\n"), resumed.out);
    assertEquals(13, Files.readAllLines(table).size());
  }

  /** A program that is busy with its last step for ever. */
  static final class Busy {
    public static void main(String[] args) throws Exception {
      try (var stop = StopSignal.listen()) {
        System.out.println("listening");
        while (!stop.requested()) Thread.sleep(10);
        System.out.println("heard");
        Thread.sleep(Long.MAX_VALUE);
      }
    }
  }

  @Test
  void aSecondCtrlCEndsAtOnce() throws Exception {
    assumeSignals();
    var process = start(Busy.class);
    signal(process, "INT", "listening");
    signal(process, "INT", "heard");
    assertEquals(130, end(process).code);
  }

  /** Sends a signal when the process has printed a text. */
  private void signal(Process process, String signal, String text) throws Exception {
    try {
      while (!out().contains(text)) {
        assertTrue(process.isAlive(), "it ended before it printed " + text);
        Thread.sleep(20);
      }
      new ProcessBuilder("/bin/sh", "-c", "kill -" + signal + " " + process.pid()).start().waitFor();
    } catch (Throwable e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private static void assumeSignals() throws IOException {
    assumeTrue(Files.exists(Path.of("/bin/sh")), "there is no shell to send signals with");
    assumeFalse(isIgnored(), "this process was started with signals ignored, and so are its children");
  }

  /** Whether SIGINT is ignored, as in jobs that a script has started in the background. */
  private static boolean isIgnored() throws IOException {
    var status = Path.of("/proc/self/status");
    if (!Files.exists(status)) return false;
    return Files.readAllLines(status).stream().filter(line -> line.startsWith("SigIgn:"))
        .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 0b10) != 0);
  }

  @Test
  void exitCodesReachTheShell() throws Exception {
    var devices = run("devices");
    assertEquals(0, devices.code, devices.err);
    assertTrue(devices.out.contains("\ncpu     available "), devices.out);
    assertTrue(devices.out.endsWith("'--backend auto' takes cpu.\n"), devices.out);
    assertEquals(2, run("train", "mnits").code);
    assertEquals(1, run("train", "mnist", "--backend", "cuda").code);
    assertFalse(Files.exists(folder.resolve("runs/mnist-mlp-001")));
  }
}
