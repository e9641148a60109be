package io.jacquard.cli;

import io.jacquard.JacquardException;
import io.jacquard.Nearest;
import io.jacquard.io.AtomicFile;
import io.jacquard.io.ModelFile;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jacquard predict}: classifies pictures with a saved model. */
@Command(name = "predict", sortOptions = false, description = "Classifies pictures, or predicts a column of a CSV file, with a saved model.", footer = {
    "", "Example:", "  jacquard predict runs/mnist-mlp-001 seven.png three.jpg",
    "  jacquard predict runs/csv-mlp-001 houses.csv --out prices.csv"})
final class PredictCommand implements Callable<Integer> {
  private static final int MOST_NOTICES = 5;

  private final Output output;

  @Spec
  private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "RUN", description = "The folder of a run, or a .safetensors file that jacquard has saved.")
  private Path run;

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "FILE", description = "PNG or JPEG pictures, or one CSV file.")
  private List<Path> files;

  @Option(names = "--all", description = "Show every class, not only the most likely ones.")
  private boolean all;

  @Option(names = "--out", paramLabel = "FILE", description = "Write the predictions for a CSV file to a file instead of stdout.")
  private @Nullable Path out;

  @Mixin
  private DeviceOptions device;

  PredictCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    var backends = Backends.discover();
    device.check(spec.commandLine(), backends);
    var file = file(run);
    var opened = device.open(backends).device();
    try (var _ = opened.backend()) {
      return Device.with(opened, () -> predict(file));
    }
  }

  static Path file(Path run) {
    if (Files.isRegularFile(run)) {
      if (!FileKind.isQuestion(run)) return run;
      throw new JacquardException(
          run + " is not a run, which is named first, and the file after it: RUN " + run
              + ". Name the folder of a run, as 'jacquard train' prints it, or a .safetensors file.");
    }
    var file = run.resolve(RunFolder.MODEL);
    if (Files.isRegularFile(file)) return file;
    if (Files.isDirectory(run)) {
      throw new JacquardException("The folder " + run + " holds no " + RunFolder.MODEL
          + ". Name the folder of a run, as 'jacquard train' prints it, or a .safetensors file.");
    }
    throw new JacquardException("There is no run " + run
        + ". Name the folder of a run, as 'jacquard train' prints it, or a .safetensors file."
        + Nearest.hint(run.toString(), RunFolder.beside(run)));
  }

  private int predict(Path file) {
    var metadata = ModelFile.metadata(file);
    if (metadata.getOrDefault("task", "").equals(CsvTask.NAME)) return predictRows(file, metadata);
    if (metadata.getOrDefault("task", "").equals(TextTask.NAME))
      throw new JacquardException(
          file + " writes texts, and classifies nothing. Use: jacquard generate " + run
              + " --prompt TEXT");
    if (out != null)
      throw new JacquardException(
          "--out: this run classifies pictures; predictions for a CSV file can be written.");
    var saved = PictureModel.load(file, metadata);
    var classes = saved.classes();
    int failures = 0;
    for (var image : files) {
      try {
        FileKind.requirePicture(image, run);
        output.line(Bars.text(image.toString(), classes, saved.probabilities(saved.read(image)),
            all ? classes.size() : Bars.TOP));
      } catch (JacquardException e) {
        output.error("jacquard: " + e.getMessage());
        failures++;
      }
    }
    return failures == 0 ? 0 : Main.FAILURE;
  }

  private int predictRows(Path file, Map<String, String> metadata) {
    if (files.size() != 1)
      throw new JacquardException(
          "This run predicts from a CSV file; expected one, not " + files.size() + ".");
    FileKind.requireTable(files.getFirst(), run);
    var notices = new ArrayList<String>();
    var text = CsvPrediction.of(CsvModel.load(file, metadata), files.getFirst(), all, notices::add);
    notices.stream().limit(MOST_NOTICES).forEach(notice -> output.error("jacquard: " + notice + "."));
    if (notices.size() > MOST_NOTICES)
      output.error("jacquard: " + (notices.size() - MOST_NOTICES) + " more cells are like that.");
    if (out == null)
      output.line(text.stripTrailing());
    else
      AtomicFile.write(out, text.getBytes(StandardCharsets.UTF_8));
    return 0;
  }

  static String required(Path file, Map<String, String> metadata, String key) {
    var value = metadata.get(key);
    if (value == null) {
      throw new JacquardException(file + " does not say which " + key
          + " it holds: its metadata lacks '" + key + "'. Use a file that 'jacquard train' has saved.");
    }
    return value;
  }
}
