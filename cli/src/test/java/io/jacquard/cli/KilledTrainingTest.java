package io.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.Counted;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Generator;
import io.jacquard.train.Checkpoints;
import io.jacquard.train.Fit;
import io.jacquard.train.Metric;
import io.jacquard.train.Trainer;
import io.jacquard.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings in processes of their own that are killed, and go on in new ones. */
class KilledTrainingTest {
  private static final int KILLED = 137;
  private static final int EPOCHS = 3;

  @TempDir
  private Path folder;

  private Process start(String model, String optimizer, Path file, int epochs, int end) throws IOException {
    var command = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
        TrainingProgram.class.getName(), model,
        optimizer, file.toString(), Integer.toString(epochs), Integer.toString(end));
    return new ProcessBuilder(command).redirectErrorStream(true)
        .redirectOutput(folder.resolve("out.txt").toFile()).start();
  }

  private void run(int code, String model, String optimizer, Path file, int end) throws Exception {
    var process = start(model, optimizer, file, EPOCHS, end);
    try {
      assertTrue(process.waitFor(120, TimeUnit.SECONDS), "it ends");
      assertEquals(code, process.exitValue(), Files.readString(folder.resolve("out.txt")));
    } finally {
      process.destroyForcibly();
    }
  }

  /** Before anything is recorded, where steps are replayed, and at the last step of an epoch. */
  private int cutAndGoOn(List<String> models, List<String> optimizers, int... ends) throws Exception {
    int cases = 0;
    for (var model : models) {
      for (var optimizer : optimizers) {
        var name = model + "-" + optimizer;
        var whole = folder.resolve(name);
        run(0, model, optimizer, whole, 0);
        for (int end : ends) {
          var cut = folder.resolve(name + end);
          run(KILLED, model, optimizer, cut, end);
          assertFalse(Files.exists(cut), "it was ended before its end");
          run(0, model, optimizer, cut, 0);
          assertArrayEquals(Files.readAllBytes(whole), Files.readAllBytes(cut), name + " at " + end);
          cases++;
        }
      }
    }
    return cases;
  }

  @Test
  void aTrainingThatGoesOnInANewProcessEndsTheSame() throws Exception {
    assertEquals(1, cutAndGoOn(List.of("cnn"), List.of("adam"), TrainingProgram.STEPS + 4));
  }

  @Test
  @Tag("full")
  void everyModelWithEveryOptimizerAtEveryPoint() throws Exception {
    int cases = cutAndGoOn(TrainingProgram.MODELS, TrainingProgram.OPTIMIZERS, 2, TrainingProgram.STEPS + 5,
        2 * TrainingProgram.STEPS);
    assertEquals(54, cases);
    Counted.say(
        cases + " trainings were killed and went on in new processes: each ended byte for byte as one "
            + "that was not.");
  }

  @Test
  void threeKillsLeaveAWholeCheckpoint() throws Exception {
    kills(3);
  }

  @Test
  @Tag("full")
  void twoHundredKillsLeaveAWholeCheckpoint() throws Exception {
    int halves = kills(200);
    assertTrue(halves >= 50, halves + " kills in the middle of a file");
    Counted.say("200 kills while saving, " + halves
        + " of them in the middle of a file: no torn file, and each training "
        + "went on from the checkpoint before.");
  }

  /** Each process goes on where the one before was killed; returns how many left a half-written temporary file. */
  private int kills(int count) throws Exception {
    var file = folder.resolve("killed");
    var checkpoint = folder.resolve("killed.checkpoint");
    var random = new Random(1);
    int halves = 0;
    long before = -1;
    for (int kill = 0; kill < count; kill++) {
      var process = start("wide", "adam", file, 1_000_000, 0);
      try {
        var old = Files.exists(checkpoint) ? Files.getLastModifiedTime(checkpoint) : null;
        while (!Files.exists(checkpoint) || Files.getLastModifiedTime(checkpoint).equals(old)) {
          assertTrue(process.isAlive(), Files.readString(folder.resolve("out.txt")));
          Thread.sleep(2);
        }
        if (kill % 2 == 0)
          Thread.sleep(random.nextInt(40));
        else
          awaitHalfAFile(process, random.nextInt(2_000_000));
      } finally {
        process.destroyForcibly().waitFor();
      }
      if (isHalfWritten()) halves++;
      long draws = stepsIn(checkpoint);
      assertTrue(draws > before, "it got on, from " + before + " to " + draws);
      before = draws;
    }
    return halves;
  }

  /** Until the next save has begun, and some nanoseconds longer. */
  private void awaitHalfAFile(Process process, long nanos) throws IOException {
    while (process.isAlive() && !isHalfWritten()) Thread.onSpinWait();
    long start = System.nanoTime();
    while (System.nanoTime() - start < nanos) Thread.onSpinWait();
  }

  private boolean isHalfWritten() {
    var names = folder.toFile().list();
    return names != null && Arrays.stream(names).anyMatch(name -> name.endsWith(".tmp"));
  }

  /** Loads a checkpoint, which checks it, and says how far the training had come. */
  private static long stepsIn(Path checkpoint) {
    var steps = new long[1];
    var device = Backends.discover().open("cpu");
    try (var _ = device.backend()) {
      Generator.with(new Generator(5), () -> Device.with(device, () -> {
        var data = TrainingProgram.data();
        var model = TrainingProgram.model("wide");
        var history = Trainer.of(model).optimizer(TrainingProgram.rule("adam")).metric(Metric.accuracy()).fit(
            data,
            Fit.epochs(1_000_000).batchSize(TrainingProgram.BATCH).validationSplit(0.1)
                .checkpoints(Checkpoints.to(checkpoint).resume()).listener(new TrainingListener() {
                  @Override
                  public boolean wantsStop() {
                    return true;
                  }
                }));
        steps[0] = history.stepNanos().length;
      }));
    }
    return steps[0];
  }
}
