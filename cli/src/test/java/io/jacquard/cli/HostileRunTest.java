package io.jacquard.cli;

import io.jacquard.Counted;
import io.jacquard.OnReference;
import io.jacquard.data.csv.CsvFormat;
import io.jacquard.data.csv.Table;
import io.jacquard.data.csv.TableEncoder;
import io.jacquard.data.text.Vocabulary;
import io.jacquard.hostile.Hostile;
import io.jacquard.io.ModelFile;
import io.jacquard.models.LanguageModelSizes;
import io.jacquard.models.LanguageModels;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Module;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs from strangers: what their folders hold is read, or refused as {@link Hostile} says. */
@Timeout(300)
class HostileRunTest {
  private static final Hidden HIDDEN = new Hidden(List.of(3), Hidden.USUAL_ACTIVATION);

  @TempDir
  private Path folder;
  private int refused;

  private void refused(String what, Path file, String said, Consumer<Path> reader) {
    Hostile.requireRefused(what, file, said, reader);
    refused++;
  }

  private void json(String what, String text, String said) throws IOException {
    refused(what, Files.writeString(folder.resolve("run.json"), text), said, HostileRunTest::readJson);
  }

  private static void readJson(Path file) {
    try {
      Json.read(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void filesOfRuns() throws IOException {
    json("a list", "[]", "expected a JSON object");
    json("deep", "{\"a\":" + "[".repeat(100_000), "nesting depth");
    json("a million empty lists", "{\"a\":[" + "[],".repeat(1_000_000) + "[]]}", "not valid JSON");
    json("a number of a thousand digits", "{\"a\":" + "9".repeat(1000) + "}", "not valid JSON");
    json("a whole number beyond 64 bits", "{\"a\":99999999999999999999}", "not valid JSON");
    json("a name twice", "{\"a\":1,\"a\":2}", "Duplicate");
    json("cut short", "{\"a\":[1,2", "not valid JSON");
    json("something behind it", "{} {}", "something follows");
    json("17 MB", "{\"a\":\"" + "x".repeat(17 << 20) + "\"}", "expected at most 16777216");
    refused("a folder", folder, "is a folder", HostileRunTest::readJson);

    var command = folder.resolve("command.json");
    for (var text : List.of("{}", "{\"arguments\":7}", "{\"arguments\":[]}",
        "{\"arguments\":[\"mnist\",null]}"))
      refused(text, Files.writeString(command, text), "does not list the arguments", _ -> resume());

    model("no classes' worth",
        Map.of("task", "images", "model", "resnet20", "classes", "\n".repeat(1_000_000) + "a",
            "side", "32", "mean", "0,0,0", "std", "1,1,1"),
        "cannot hold");
    model("a side of two billion",
        Map.of("task", "images", "model", "resnet20", "classes", "a\nb", "side", "2000000000",
            "mean", "0,0,0", "std", "1,1,1"),
        "1 to 4096");
    model("two means",
        Map.of("task", "images", "model", "resnet20", "classes", "a\nb", "side", "32", "mean", "0,0",
            "std", "1,1,1"),
        "2 means");
    model("an unknown network", Map.of("task", "mnist", "model", "rm -rf", "classes", "0,1"), "rm -rf");
    model("a wide table network",
        Map.of("task", "csv", "encoder", encoder().toJson(), "hidden", "99999,99999"),
        "cannot hold");
    model("a wide network for digits",
        Map.of("task", "mnist", "model", "mlp", "classes", "0,1", "hidden", "99999"),
        "cannot hold");
    model("a hundred thousand layers",
        Map.of("task", "csv", "encoder", encoder().toJson(), "hidden", "1,".repeat(100_000) + "1"),
        "hidden layer");
    for (var lie : List.of("vocabulary=1048576", "layers=1048576", "width=1048576", "context=-1", "heads=0",
        "dropout=1",
        "characters=ab", "model=none", "width=1e9")) {
      var parts = lie.split("=");
      var map = new LinkedHashMap<>(text());
      map.put(parts[0], parts[1]);
      refused(lie, save(new Linear(1, 1), map), "", path -> OnReference.run(() -> TextModel.load(path)));
    }
    Counted.say(refused + " hostile files of runs made by hand, each refused within a second.");
  }

  private void resume() {
    Resumption.expand(new String[]{"train", "mnist", "--resume", folder.toString()});
  }

  private TableEncoder encoder() throws IOException {
    return TableEncoder.of("c")
        .fit(Table.read(Files.writeString(folder.resolve("t.csv"), "a,b,c\n1,x,2\n3,y,4\n5,x,6\n")));
  }

  private static Map<String, String> text() {
    return TextModel.metadata("lstm", LanguageModelSizes.of(3).width(4), Vocabulary.characters("abc"));
  }

  private Path save(Module model, Map<String, String> metadata) {
    var file = folder.resolve("model.safetensors");
    OnReference.run(() -> ModelFile.save(model, file, metadata));
    return file;
  }

  private void model(String what, Map<String, String> metadata, String said) {
    refused(what, save(new Linear(1, 1), metadata), said, HostileRunTest::load);
  }

  private static void load(Path file) {
    OnReference.run(() -> {
      var metadata = ModelFile.metadata(file);
      if (metadata.getOrDefault("task", "").equals(CsvTask.NAME))
        CsvModel.load(file, metadata);
      else
        PictureModel.load(file, metadata);
    });
  }

  /** A reader with a good file. */
  private record Reader(byte[] good, Consumer<Path> read) {}

  private String change(int times) throws IOException {
    var readers = new LinkedHashMap<String, Reader>();
    readers.put("run.json", new Reader(Json.bytes(Map.of("task", "mnist", "test_accuracy", 0.5, "epochs",
        List.of(Map.of("epoch", 1, "loss", 0.25)), "options", Map.of("lr", 1e-3, "none", List.of()))),
        HostileRunTest::readJson));
    var csv = save(CsvModel.of(encoder().width(), HIDDEN, encoder().outputs()), csvTexts());
    readers.put("model of a table", new Reader(Files.readAllBytes(csv), HostileRunTest::load));
    var language = save(LanguageModels.named("lstm", LanguageModelSizes.of(3).width(4)), text());
    readers.put("model of texts",
        new Reader(Files.readAllBytes(language), path -> OnReference.run(() -> TextModel.load(path))));
    var counts = new LinkedHashMap<String, String>();
    for (var each : readers.entrySet()) {
      var file = folder.resolve("changed");
      int read = 0;
      try (var open = new RandomAccessFile(file.toFile(), "rw")) {
        for (int i = 0; i < times; i++) {
          open.setLength(0);
          open.seek(0);
          open.write(i == 0 ? each.getValue().good : Hostile.changed(each.getValue().good, new Random(i)));
          boolean good = Hostile.reads(each.getKey() + ", seed " + i, file, each.getValue().read);
          if (i == 0 && !good) throw new AssertionError(each.getKey() + ": a good file is read");
          if (good) read++;
        }
      }
      counts.put(each.getKey(), read + " read");
    }
    return times + " changed files for each of " + readers.size()
        + " readers of runs, refused within a second or read: "
        + counts.toString().replaceAll("[{}]", "").replace('=', ' ') + ".";
  }

  private Map<String, String> csvTexts() throws IOException {
    var texts = new LinkedHashMap<>(CsvModel.format(CsvFormat.DEFAULT));
    texts.put("task", "csv");
    texts.put(CsvModel.ENCODER, encoder().toJson());
    texts.putAll(HIDDEN.metadata());
    return texts;
  }

  @Test
  void twoThousandChangedFilesAReader() throws IOException {
    Counted.say(change(2_000));
  }

  @Test
  @Tag("full")
  @Timeout(3600)
  void fiftyThousandChangedFilesAReader() throws IOException {
    Counted.say(change(50_000));
  }
}
