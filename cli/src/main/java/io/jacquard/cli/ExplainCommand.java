package io.jacquard.cli;

import io.jacquard.JacquardException;
import io.jacquard.io.AtomicFile;
import io.jacquard.io.ModelFile;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jacquard explain}: what an answer of a saved model rests on, as a page. */
@Command(name = "explain", sortOptions = false, description = "Shows what a model's answer rests on, and what its layers see: writes a page.", footer = {
    "",
    "For a picture: the parts that count, by five methods, what each layer gives, and the filters. For a CSV file: how "
        + "much the model relies on each column.",
    "", "Example:", "  jacquard explain runs/mnist-cnn-001 seven.png",
    "  jacquard explain runs/csv-mlp-001 houses.csv"})
final class ExplainCommand implements Callable<Integer> {
  private final Output output;

  @Spec
  private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "RUN", description = "The folder of a run, or a .safetensors file that jacquard has saved.")
  private Path run;

  @Parameters(index = "1", paramLabel = "FILE", description = "A PNG or JPEG picture, or a CSV file with the target's column.")
  private Path file;

  @Option(names = "--class", paramLabel = "NAME", description = "Explain this class (default: the one that the model sees).")
  private @Nullable String wanted;

  @Option(names = "--layer", paramLabel = "PATH", description = "Of a convolution, for Grad-CAM, such as conv1 or layer2.0.conv2 (default: of small pictures the last that keeps their size, otherwise the last).")
  private @Nullable String layer;

  @Option(names = "--seed", paramLabel = "N", defaultValue = "0", description = "Of the noise and the order of rows (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--out", paramLabel = "FILE", description = "The page (default: explain-FILE.html in the run's folder).")
  private @Nullable Path out;

  @Mixin
  private DeviceOptions device;

  ExplainCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    var backends = Backends.discover();
    device.check(spec.commandLine(), backends);
    var model = PredictCommand.file(run);
    var page = page();
    if (Files.isDirectory(page))
      throw new JacquardException("--out " + page + " is a folder, expected the name of a file.");
    var opened = device.open(backends).device();
    try (var _ = opened.backend()) {
      Device.with(opened, () -> Generator.with(new Generator(seed), () -> {
        try (var _ = Scope.open()) {
          AtomicFile.write(page, explained(model, ModelFile.metadata(model)));
        }
      }));
    }
    output.line("Written: " + page);
    return 0;
  }

  private Path page() {
    if (out != null) return out;
    var name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    var folder = Files.isDirectory(run) ? run : run.resolveSibling("");
    return folder.resolve("explain-" + (dot > 0 ? name.substring(0, dot) : name) + ".html");
  }

  private byte[] explained(Path model, Map<String, String> metadata) {
    var task = metadata.getOrDefault("task", MnistTask.NAME);
    if (task.equals(TextTask.NAME)) {
      throw new JacquardException(
          run + " writes texts; what can be explained are answers to pictures and tables."
              + " Use: jacquard generate " + run + " --prompt TEXT");
    }
    if (!task.equals(CsvTask.NAME)) {
      FileKind.requirePicture(file, run);
      return new PictureExplanation(PictureModel.load(model, metadata), run, output).of(file, wanted, layer);
    }
    FileKind.requireTable(file, run);
    if (wanted != null || layer != null)
      throw new JacquardException("--class and --layer: expected only with a run that classifies pictures.");
    return new TableExplanation(CsvModel.load(model, metadata), run, output).of(file);
  }
}
