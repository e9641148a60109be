package io.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the program says to command lines that cannot be right, and of itself. */
class UsageTest {
  private final Captured program = new Captured();

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
      "trian | There is no command 'trian', expected one of train, predict, generate, models, devices, runs, summary, explain, lr-find, sweep, watch, tune, verify, bench. Did you mean 'train'?",
      "train mnits | There is no task 'mnits', expected one of mnist, cifar10, images, csv, text. Did you mean 'mnist'?",
      "train | Missing required parameter: 'TASK'",
      "train mnist more | 'more' is one word too many.",
      "train mnist --epohcs 3 | There is no option '--epohcs'. Did you mean '--epochs'?",
      "train mnist --epohcs=3 | There is no option '--epohcs'. Did you mean '--epochs'?",
      "train mnist --model mpl | There is no model 'mpl', expected one of mlp, softmax, cnn, vit, lstm, gru, lenet5, deep1001, plain1001, autoencoder, vae. Did you mean 'mlp'?",
      "train mnist --optimizer adma | There is no optimizer 'adma', expected one of adam, adamw, sgd, adadelta, momentum. Did you mean 'adam'?",
      "train mnist --backend cdua | There is no backend 'cdua', expected one of auto, cpu, cuda, opencl. Did you mean 'cuda'?",
      "train mnist --backend gpu:x | There is no backend 'gpu'",
      "train mnist --backend gpu | There is no backend 'gpu', expected one of auto, cpu, cuda, opencl. A GPU is cuda (NVIDIA) or opencl.",
      "lr-find mnsit | There is no task 'mnsit', expected one of mnist, cifar10, images, csv, text. Did you mean 'mnist'?",
      "sweep mnist --activations rel | There is no activation 'rel', expected one of relu, ",
      "sweep mnist --seeds 5-1 | --seeds 5-1: expected a range of at most 1000 seeds, the smaller one first.",
      "train mnist --backend opencl:x | --backend opencl:x: expected a backend's name and the number of a device",
      "train mnist --backend auto:0 | --backend auto:0: expected a backend's name and the number of a device",
      "train mnist --epochs 0 | --epochs 0: expected 1 or more.",
      "train mnist --epochs many | Invalid value for option '--epochs': 'many', expected a whole number that is not too large.",
      "train mnist --precision fp8 | There is no precision 'fp8', expected one of float32, bf16, fp16, tf32.",
      "train mnist --precision bf16 --amp | --precision and --amp: expected one of the two.",
      "train mnist --keep-activations | --keep-activations: mlp keeps them in any case, expected deep1001 or plain1001.",
      "train cifar10 --mixup 0 | --mixup 0.0: expected a number above 0, such as 0.2.",
      "train cifar10 --cutmix -1 | --cutmix -1.0: expected a number above 0, such as 0.2.",
      "train mnist --accumulate 0 | --accumulate 0: expected 1 or more.",
      "train cifar10 --model resnet21 | There is no model 'resnet21', expected one of resnet20, ",
      "train images f --size 4 | --size 4: expected 8 to 1024 pixels.",
      "train images | Missing required parameter: 'FOLDER'",
      "train mnist --batch -1 | --batch -1: expected 1 or more.",
      "train mnist --lr -0.1 | --lr -0.1: expected a finite number, 0 or more.",
      "train mnist --lr NaN | --lr NaN: expected a finite number, 0 or more.",
      "train mnist --lr fast | Invalid value for option '--lr': 'fast', expected a number",
      "train mnist --seed 9223372036854775808 | Invalid value for option '--seed'",
      "train mnist --threads 0 | --threads 0: expected 1 to ",
      "train mnist --threads 100000 | --threads 100000: expected 1 to ",
      "predict | Missing required parameters: 'RUN', 'FILE'",
      "predict run | Missing required parameter: 'FILE'",
      "predict run a.png --backend cpuu | There is no backend 'cpuu'",
      "tune --backend opencll | There is no backend 'opencll', expected one of cpu, cuda, opencl. Did you mean 'opencl'?",
      "tune --backend auto | There is no backend 'auto'",
      "tune --seconds 0 | --seconds 0: expected 1 to 86400.",
      "devices all | 'all' is one word too many."})
  void refusesWithAHint(String line, String message) {
    assertEquals(Main.USAGE, program.run(line.split(" ")));
    assertTrue(program.err().startsWith("jacquard: " + message), program.err());
    assertTrue(program.err().contains("--help'."), program.err());
    assertFalse(program.err().contains("\tat "), program.err());
    assertEquals("", program.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"train", "predict", "models", "devices", "explain", "sweep", "watch", "tune",
      "verify"})
  void everyCommandHasHelpWithAnExample(String command) {
    assertEquals(0, program.run(command, "--help"));
    assertTrue(program.out().startsWith("Usage: jacquard " + command), program.out());
    assertTrue(program.out().contains("Example:\n  jacquard " + command), program.out());
    assertEquals("", program.err());
  }

  @Test
  void helpIsACommandToo() {
    assertEquals(0, program.run("help", "watch"));
    var other = new Captured();
    other.run("watch", "--help");
    assertEquals(other.out(), program.out());
    var search = new Captured();
    assertEquals(0, search.run("lr-find", "mnist", "--help"));
    assertTrue(search.out().startsWith("Usage: jacquard lr-find mnist "), search.out());
    assertTrue(
        search.out().contains("Looks for a learning rate")
            && search.out().contains("\n  jacquard lr-find mnist "),
        search.out());
  }

  @Test
  void helpNamesEveryOptionOfTrain() {
    program.run("train", "mnist", "--help");
    for (var option : new String[]{"--model", "--epochs", "--batch", "--lr", "--gamma", "--optimizer",
        "--seed",
        "--backend",
        "--threads", "--data", "--out", "--report", "--quiet"})
      assertTrue(program.out().contains("\n      " + option), option + " in " + program.out());
  }

  @Test
  void manyOptionsStandUnderHeadings() {
    program.run("train", "csv", "--help");
    var lines = program.out().lines().toList();
    assertEquals("Usage: jacquard train csv [OPTIONS] --target=COLUMN FILE", lines.getFirst());
    int heading = lines.indexOf("Callbacks, under the names of Keras:");
    assertTrue(lines.get(heading + 1).startsWith("      --early-stopping=N "), program.out());
    assertEquals("", lines.get(heading - 1));
    assertEquals(1, lines.stream().filter(line -> line.startsWith("      --seed=N")).count(), program.out());
  }

  @Test
  void aloneItPrintsItsHelp() {
    assertEquals(0, program.run());
    var other = new Captured();
    assertEquals(0, other.run("--help"));
    assertEquals(other.out(), program.out());
    assertTrue(program.out().contains("Example:\n  jacquard train mnist"), program.out());
  }

  @Test
  void versionIsThePomsAndNamesTheJdk() {
    assertEquals(0, program.run("--version"));
    assertTrue(program.out().matches("jacquard \\d+\\.\\d+\\.\\d+\\S* \\(JDK 25\\..*\\)\n"), program.out());
  }

  /** Its lines for Maven are to be copied. */
  @Test
  void theReadmeNamesTheVersionThatThisIs() throws Exception {
    var readme = Files.readString(Path.of("..", "README.md"));
    var named = Pattern.compile("<version>(.*)</version>").matcher(readme).results().map(m -> m.group(1));
    assertEquals(Set.of(Version.jacquard()), named.collect(Collectors.toSet()));
  }

  @Test
  void aBackendThatIsNotThereIsAFailureWithACure() {
    assertEquals(Main.FAILURE, program.run("train", "mnist", "--backend", "cuda"));
    assertTrue(program.err().startsWith("jacquard: Backend 'cuda' is not available: "), program.err());
    assertTrue(program.err().contains("To use it, "), program.err());
  }

  @Test
  void unwritablePlacesAreFoundFirst(@TempDir Path folder) throws Exception {
    var file = Files.writeString(folder.resolve("file"), "");
    assertEquals(Main.FAILURE, program.run("train", "mnist", "--out", file + "/run"));
    assertTrue(program.err().contains("cannot be written to"), program.err());
    assertEquals(Main.FAILURE, program.run("train", "mnist", "--out", file.toString()));
    assertTrue(program.err().contains("is a file, expected a folder"), program.err());
    var out = folder.resolve("out").toString();
    assertEquals(Main.FAILURE, program.run("train", "mnist", "--out", out, "--report", file + "/r.json"));
    assertEquals(Main.FAILURE, program.run("train", "mnist", "--out", out, "--report", folder.toString()));
    assertTrue(program.err().contains("is a folder, expected the name of a file"), program.err());
    assertEquals(Main.FAILURE, program.run("train", "mnist", "--out", folder.toString()));
    assertTrue(program.err().contains("is not empty, and a run overwrites nothing"), program.err());
    assertEquals("", program.out(), "nothing was begun");
  }

  @Test
  void aDefectIsShownWithItsTrace() {
    assertEquals(Main.FAILURE, Main.failed(program.output, new IllegalStateException("oops")));
    assertTrue(program.err().contains("a defect of Jacquard's own. Please report it"), program.err());
    assertTrue(program.err().contains("IllegalStateException: oops") && program.err().contains("\tat "),
        program.err());
  }

  @Test
  void whatTheUserCanMendIsShownWithoutATrace() {
    assertEquals(Main.FAILURE, Main.failed(program.output, new JacquardException("Mend it.")));
    assertEquals("jacquard: Mend it.\n", program.err());
  }
}
