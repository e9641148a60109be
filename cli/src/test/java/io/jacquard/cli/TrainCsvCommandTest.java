package io.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.io.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Training on CSV files and predicting with what was learned, on tables whose answer is known. */
class TrainCsvCommandTest {
  @TempDir
  private Path folder;

  /** Flowers of three kinds in colours, which petal and sepal tell apart; some sepals are missing. */
  private Path flowers(int rows) throws IOException {
    var random = new Random(1);
    var text = new StringBuilder("id;petal;sepal;colour;kind\n");
    var kinds = List.of("aster", "rose", "tulip");
    for (int i = 0; i < rows; i++) {
      int kind = i % 3;
      text.append("flower").append(i).append(';')
          .append(String.format(Locale.ROOT, "%.2f", 2.0 * kind + random.nextGaussian() * 0.3)).append(';')
          .append(i % 17 == 0 ? "NA" : String.format(Locale.ROOT, "%.2f", kind + random.nextGaussian() * 0.3))
          .append(';').append(i % 2 == 0 ? "red" : "white").append(';').append(kinds.get(kind)).append('\n');
    }
    return Files.writeString(folder.resolve("flowers.csv"), text);
  }

  /** A price that follows from rooms and district, in tens of thousands. */
  private Path houses(int rows) throws IOException {
    var random = new Random(2);
    var text = new StringBuilder("rooms,district,price\n");
    for (int i = 0; i < rows; i++) {
      int rooms = 1 + random.nextInt(8);
      boolean centre = random.nextBoolean();
      text.append(rooms).append(',').append(centre ? "centre" : "edge").append(',')
          .append(50_000 + 20_000 * rooms + (centre ? 60_000 : 0)).append('\n');
    }
    return Files.writeString(folder.resolve("houses.csv"), text);
  }

  private Captured train(Path file, String target, String... options) {
    var program = new Captured();
    var args = new ArrayList<>(List.of("train", "csv", file.toString(), "--target", target));
    args.addAll(List.of(options));
    if (!args.contains("--out")) args.addAll(List.of("--out", folder.resolve("run").toString()));
    assertEquals(0, program.run(args.toArray(String[]::new)), program.err());
    assertEquals("", program.err());
    return program;
  }

  private static double score(String out, String name) {
    var test = out.lines().filter(line -> line.startsWith("Test: ")).findFirst().orElseThrow();
    return Double.parseDouble(test.replaceFirst(".*?" + name + " (-?[\\d.,]+).*", "$1").replace(",", ""));
  }

  @Test
  void classesAreLearnedAndPredicted() throws IOException {
    var file = flowers(240);
    var report = folder.resolve("report.json");
    var out = train(file, "kind", "--epochs", "25", "--report", report.toString()).out();
    assertTrue(out.contains("Data: " + file + " · 168 rows to train with, 36 to validate, 36 to test with · "
        + "3 columns, 5 inputs"), out);
    assertTrue(out.contains("Target: kind, 3 classes (aster 56, rose 56, tulip 56)\n"), out);
    assertTrue(out.contains("Column 'id' is left out: it has 240 different texts in 240 rows.\n"), out);
    assertTrue(score(out, "accuracy") > 0.9 && score(out, "f1") > 0.9, out);
    assertTrue(out.contains("true \\ predicted  aster  rose  tulip"), out);
    assertTrue(out.contains(" rows/s"), out);
    var json = Files.readString(report);
    assertTrue(json.contains("\"test_accuracy\"") && json.contains("\"test_f1\"")
        && json.contains("\"rows_per_second\""), json);
    var history = Files.readAllLines(folder.resolve("run/history.csv"));
    assertEquals("epoch,accuracy,f1,loss,val_accuracy,val_f1,val_loss,seconds,rows_per_second,complete",
        history.getFirst());
    assertEquals(26, history.size());
    assertTrue(Files.readString(folder.resolve("run/run.json")).contains("\"target\" : \"kind\""));

    var fresh = Files.writeString(folder.resolve("new.csv"),
        "colour;sepal;petal\nred;0;0.1\nwhite;;4.1\ngreen;1;2\n");
    var predict = new Captured();
    assertEquals(0, predict.run("predict", folder.resolve("run").toString(), fresh.toString()),
        predict.err());
    var lines = predict.out().lines().toList();
    assertEquals("line,kind,probability", lines.getFirst());
    assertTrue(lines.get(1).matches("2,aster,[01]\\.\\d{4}"), predict.out());
    assertTrue(lines.get(2).startsWith("3,tulip,"), predict.out());
    assertTrue(lines.get(3).startsWith("4,rose,"), predict.out());
    assertEquals("jacquard: " + fresh + ", line 4: 'colour' is 'green', which no training row has.\n",
        predict.err());
  }

  @Test
  void numbersAreLearnedAndPredictedInTheirUnits() throws IOException {
    var out = train(houses(400), "price", "--epochs", "60", "--numbers", "--batch", "16").out();
    assertTrue(out.contains("Target: price, a number\n"), out);
    assertTrue(score(out, "r2") > 0.95, out);
    assertTrue(score(out, "mae") > 1 && score(out, "mae") < 20_000, "in the units of the column: " + out);
    var fresh = Files.writeString(folder.resolve("new.csv"), "rooms,district\n5,centre\n");
    var file = folder.resolve("prices.csv");
    var predict = new Captured();
    assertEquals(0, predict.run("predict", folder.resolve("run/model.safetensors").toString(),
        fresh.toString(), "--out", file.toString()), predict.err());
    assertEquals("", predict.out());
    var lines = Files.readAllLines(file);
    assertEquals("line,price", lines.getFirst());
    assertEquals(210_000, Double.parseDouble(lines.get(1).split(",")[1]), 30_000);
  }

  @Test
  void sameSeedSameModelOnAnyNumberOfThreads() throws IOException {
    var file = flowers(90);
    for (var run : List.of("a", "b"))
      train(file, "kind", "--epochs", "3", "--seed", "4", "--threads", "1", "--out",
          folder.resolve(run).toString());
    train(file, "kind", "--epochs", "3", "--seed", "4", "--out", folder.resolve("c").toString());
    var a = Files.readAllBytes(folder.resolve("a/model.safetensors"));
    assertArrayEquals(a, Files.readAllBytes(folder.resolve("b/model.safetensors")));
    assertArrayEquals(a, Files.readAllBytes(folder.resolve("c/model.safetensors")), "on all cores");
  }

  @Test
  void unevenClassesAreTold() throws IOException {
    var text = new StringBuilder("x,y,ok\n");
    for (int i = 0; i < 120; i++)
      text.append(i % 10).append(',').append(i % 7).append(',').append(i % 10 == 0 ? "no" : "yes")
          .append('\n');
    var file = Files.writeString(folder.resolve("uneven.csv"), text);
    var out = train(file, "ok", "--epochs", "1").out();
    assertTrue(out.contains("Target: ok, 2 classes (no 8, yes 76)\nThe classes are uneven, 10 to 1: accuracy "
        + "says little, look at f1; --balance lets them weigh the same."), out);
    assertTrue(out.contains("auc "), out);
    var balanced = train(file, "ok", "--epochs", "40", "--balance", "--hidden", "16", "--out",
        folder.resolve("balanced").toString()).out();
    assertTrue(balanced.contains("they weigh the same."), balanced);
    assertTrue(balanced.contains("Linear(2, 16)"), balanced);
    assertTrue(score(balanced, "f1") > 0.6, balanced);
  }

  @Test
  void whatTheFormatOptionsSayIsKeptWithTheModel() throws IOException {
    var text = new StringBuilder();
    for (int i = 0; i < 60; i++)
      text.append(i % 2 == 0 ? "1,5" : "-").append('|').append("0123").append(i % 2).append('|')
          .append(i % 2 == 0 ? "even" : "odd").append('\n');
    var file = Files.writeString(folder.resolve("odd.csv"), text);
    train(file, "column3", "--delimiter", "|", "--no-header", "--decimal-comma", "--missing", "-",
        "--category", "column2", "--epochs", "20", "--quiet");
    var metadata = ModelFile.metadata(folder.resolve("run/model.safetensors"));
    assertEquals("csv", metadata.get("task"));
    assertTrue(metadata.get("encoder").contains("01230"), "a category, as it is written");
    var fresh = Files.writeString(folder.resolve("new.csv"), "1,5|01230\n-|01231\n");
    var predict = new Captured();
    assertEquals(0, predict.run("predict", folder.resolve("run").toString(), fresh.toString(), "--all"),
        predict.err());
    var lines = predict.out().lines().toList();
    assertEquals("line,column3,p(even),p(odd)", lines.getFirst());
    assertTrue(lines.get(1).startsWith("1,even,") && lines.get(2).startsWith("2,odd,"), predict.out());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"--target kinds | has no column 'kinds'. Did you mean 'kind'?",
      "--target kind --ignore colr | has no column 'colr'. Did you mean 'colour'?",
      "--target colour --numbers | the target 'colour' is a category, expected numbers",
      "--target kind --category zip | has no column 'zip', which is expected.",
      "--target id | class 'flower0' of 'id' has 1 row, expected at least 3",
      "--target kind --delimiter tab | has no column 'kind'."})
  void dataThatCannotBeLearnedIsAFailureWithACure(String options, String message) throws IOException {
    var program = new Captured();
    var args = new ArrayList<>(List.of("train", "csv", flowers(30).toString(), "--out",
        folder.resolve("run").toString()));
    args.addAll(List.of(options.split(" ")));
    assertEquals(Main.FAILURE, program.run(args.toArray(String[]::new)), program.out());
    assertTrue(program.err().startsWith("jacquard: " + folder.resolve("flowers.csv"))
        && program.err().contains(message), program.err());
    assertFalse(Files.exists(folder.resolve("run")), "nothing is left behind");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
      "train csv | Missing required option: '--target=COLUMN'",
      "train csv a.csv | Missing required option: '--target=COLUMN'",
      "train csv a.csv --target y --classes --numbers | --classes and --numbers: expected one of the two.",
      "train csv a.csv --target y --test 0.6 --validation 0.5 | --validation 0.5 --test 0.6: expected shares",
      "train csv a.csv --target y --test 0 | --validation 0.15 --test 0.0: expected shares",
      "train csv a.csv --target y --hidden 64,0 | --hidden 64,0: expected sizes from 1 to 65536.",
      "train csv a.csv --target y --delimiter ab | --delimiter 'ab': expected one sign, or tab.",
      "train csv a.csv --target y --ignore x,y | --ignore y: the target cannot be left out.",
      "train csv a.csv --target y --epochs 0 | --epochs 0: expected 1 or more.",
      "train csv a.csv b.csv --target y | 'b.csv' is one word too many."})
  void commandLinesThatCannotBeRight(String line, String message) {
    var program = new Captured();
    assertEquals(Main.USAGE, program.run(line.split(" ")), program.out());
    assertTrue(program.err().startsWith("jacquard: " + message)
        || line.equals("train csv") && program.err().startsWith("jacquard: Missing required"), program.err());
  }

  @Test
  void predictionRefusesWhatDoesNotFit() throws IOException {
    train(flowers(60), "kind", "--epochs", "1", "--quiet");
    var run = folder.resolve("run").toString();
    var lacking = Files.writeString(folder.resolve("lacking.csv"), "petall,sepal,colour\n1,2,red\n");
    var program = new Captured();
    assertEquals(Main.FAILURE, program.run("predict", run, lacking.toString()));
    assertTrue(program.err().contains("has no column 'petal'")
        && program.err().contains("Did you mean 'petall'?"), program.err());
    var wrong = Files.writeString(folder.resolve("wrong.csv"), "petal,sepal,colour\n1,2,red\nbig,2,red\n");
    program = new Captured();
    assertEquals(Main.FAILURE, program.run("predict", run, wrong.toString()));
    assertEquals("jacquard: " + wrong + ", line 3: 'big' in column 'petal' is no number.\n", program.err());
    program = new Captured();
    assertEquals(Main.FAILURE, program.run("predict", run, "seven.JPG"));
    assertTrue(program.err().contains("seven.JPG is a picture, and " + run + " has learned from a table. "),
        program.err());
    assertEquals(Main.FAILURE, program.run("predict", run, wrong.toString(), lacking.toString()));
    assertTrue(program.err().contains("expected one, not 2"), program.err());
    assertEquals("", program.out());
  }

  @Test
  void aMissingFileIsNamed() {
    var program = new Captured();
    assertEquals(Main.FAILURE, program.run("train", "csv", "none.csv", "--target", "y", "--out",
        folder.resolve("run").toString()));
    assertEquals("jacquard: none.csv cannot be read: no such file or folder.\n", program.err()
        .lines().filter(line -> line.startsWith("jacquard")).findFirst().orElseThrow() + "\n");
  }
}
