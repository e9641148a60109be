package io.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.io.ModelFile;
import io.jacquard.nn.Linear;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Training on a text that repeats itself, and writing it on. */
class TrainTextCommandTest {
  private static final String VERSE = "lo, fish.\n";

  @TempDir
  private Path folder;

  private Path text(int verses) throws IOException {
    return Files.writeString(folder.resolve("text.txt"), VERSE.repeat(verses));
  }

  private Captured run(int code, String... args) {
    var program = new Captured();
    assertEquals(code, program.run(args), program.out() + program.err());
    return program;
  }

  private Captured train(String... options) throws IOException {
    var args = new ArrayList<>(List.of("train", "text", text(120).toString(), "--out",
        folder.resolve("run").toString(), "--context", "12", "--width", "16", "--batch", "16"));
    args.addAll(List.of(options));
    return run(0, args.toArray(String[]::new));
  }

  private Captured generate(int code, String... options) {
    var args = new ArrayList<>(List.of("generate", folder.resolve("run").toString()));
    args.addAll(List.of(options));
    return run(code, args.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(strings = {"lstm", "gpt"})
  void aVerseIsLearnedAndWrittenOn(String model) throws IOException {
    var out = train("--model", model, "--steps", "80", "--layers", "1", "--lr", "0.03").out();
    assertTrue(out.contains("1,080 characters to train with, the last 120 to test with · 10 different ones"),
        out);
    assertTrue(out.contains("an epoch is 80 steps of 16 windows of 12; 80 steps in all"), out);
    var metadata = ModelFile.metadata(folder.resolve("run/model.safetensors"));
    assertEquals("text", metadata.get("task"));
    assertEquals("16", metadata.get("width"));
    assertEquals("\n ,.fhilos", metadata.get("characters"));
    assertEquals(VERSE.repeat(3) + "\n",
        generate(0, "--prompt", VERSE, "--tokens", "20", "--temperature", "0").out());
    var drawn = generate(0, "--prompt", "lo", "--seed", "3", "--top-k", "2", "--tokens", "30").out();
    assertEquals(drawn, generate(0, "--prompt", "lo", "--seed", "3", "--top-k", "2", "--tokens", "30").out());
    assertEquals(2 + 30 + 1, drawn.length());
  }

  @Test
  void aTimeLimitEndsTheTrainingInGoodOrder() throws IOException {
    var out = train("--steps", "100000", "--minutes", "0.0001").out();
    assertTrue(out.contains("Test: accuracy"), out);
    assertTrue(Files.exists(folder.resolve("run/model.safetensors")));
  }

  @Test
  void whatCannotBeReadOrWrittenIsExplained() throws IOException {
    train("--steps", "1");
    assertTrue(generate(1, "--prompt", "lö").err().contains("'ö' (U+00F6) at place 1"));
    var predict = run(1, "predict", folder.resolve("run").toString(), "picture.png");
    assertTrue(predict.err().contains("jacquard generate"), predict.err());
    assertTrue(run(1, "generate", folder.resolve("none").toString()).err().contains("no run"));
    var none = run(1, "train", "text", text(1).toString(), "--out", folder.resolve("b").toString());
    assertTrue(none.err().contains("10 characters") && none.err().contains("--context"), none.err());
    assertFalse(Files.exists(folder.resolve("b")));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"--model | lstn | lstm, gpt", "--steps | 0 | --steps 0",
      "--minutes | -1 | --minutes", "--validation | 1 | --validation", "--heads | 2 | only a gpt",
      "--width | 0 | width is 0", "--dropout | 1 | dropout is 1"})
  void optionsThatCannotBeAreRefused(String option, String value, String part) throws IOException {
    var err = run(2, "train", "text", text(120).toString(), option, value).err();
    assertTrue(err.contains(part), err);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"--tokens | 0", "--temperature | -1", "--top-k | -2", "--prompt | ''"})
  void waysOfWritingThatCannotBeAreRefused(String option, String value) {
    assertTrue(generate(2, option, value).err().contains(option));
  }

  @Test
  void aRunOfAnotherTaskWritesNothing() throws IOException {
    ModelFile.save(new Linear(1, 1), folder.resolve("model.safetensors"),
        Map.of("task", "csv"));
    var err = run(1, "generate", folder.toString()).err();
    assertTrue(err.contains("'csv'") && err.contains("train text"), err);
  }

  @Test
  void theRateRisesAndFalls() {
    var clock = new TextClock(0);
    assertTrue(clock.factor(0, 1000, 0) < 0.02);
    assertTrue(clock.factor(100, 1000, 0) > 0.95);
    assertEquals(0.55, clock.factor(500, 1000, 0), 1e-9);
    assertEquals(0.1, clock.factor(1000, 1000, 0), 1e-9);
    assertEquals(0.1, clock.factor(500, 1000, 1), 1e-9);
    assertFalse(clock.isOver());
  }
}
