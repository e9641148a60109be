package io.jacquard.cli;

import io.jacquard.JacquardException;
import io.jacquard.models.LanguageModelSizes;
import io.jacquard.models.LanguageModels;
import io.jacquard.spi.Backends;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jacquard train text}: its options, which are all checked before any work. */
@Command(name = TextTask.NAME, sortOptions = false, description = "Learns to write like a text, character by character.", footer = {
    "",
    "The learning rate rises for 100 steps, then falls along a cosine to a tenth at the last step. With --minutes it "
        + "falls by the clock, if that is ahead: then two runs differ.",
    "", "Example:", "  jacquard train text shakespeare.txt --minutes 10",
    "  jacquard generate runs/text-lstm-001 --prompt \"ROMEO:\""})
final class TrainTextCommand implements Callable<Integer> {
  private final Output output;

  @Spec
  private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "The text, in UTF-8.")
  private Path file;

  @Option(names = "--model", paramLabel = "NAME", defaultValue = "lstm", description = "lstm or gpt (default: ${DEFAULT-VALUE}).")
  private String model;

  @Option(names = "--steps", paramLabel = "N", description = "Steps of training (default: 4000, for gpt 2000).")
  private @Nullable Integer steps;

  @Option(names = "--minutes", paramLabel = "N", description = "End the training after so much time.")
  private @Nullable Double minutes;

  @Option(names = "--batch", paramLabel = "N", description = "Windows a step (default: 32, for gpt 12).")
  private @Nullable Integer batch;

  @Option(names = "--context", paramLabel = "N", description = "Characters in a window (default: 128, for gpt 64).")
  private @Nullable Integer context;

  @Option(names = "--width", paramLabel = "N", description = "Size of the vectors between layers (default: 256, for gpt 128).")
  private @Nullable Integer width;

  @Option(names = "--layers", paramLabel = "N", description = "Layers one above another (default: 1, for gpt 4).")
  private @Nullable Integer layers;

  @Option(names = "--heads", paramLabel = "N", description = "Heads of a gpt's attention, which divide the width (default: 4).")
  private @Nullable Integer heads;

  @Option(names = "--dropout", paramLabel = "SHARE", defaultValue = "0", description = "Dropped in training (default: ${DEFAULT-VALUE}).")
  private Double dropout;

  @Option(names = "--validation", paramLabel = "SHARE", defaultValue = "0.1", description = "The text's end that is held back (default: ${DEFAULT-VALUE}).")
  private Double validation;

  @Mixin
  private TrainOptions options;

  TrainTextCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    var backends = Backends.discover();
    var command = spec.commandLine();
    UsageErrors.requireKnown(command, "model", model, LanguageModels.names());
    var recipe = TextRecipe.of(model);
    int all = or(steps, recipe.steps());
    require(all >= 1, "--steps " + all + ": expected 1 or more.");
    require(minutes == null || minutes > 0 && Double.isFinite(minutes),
        "--minutes " + minutes + ": expected a number above 0.");
    require(validation > 0 && validation < 1,
        "--validation " + validation + ": expected a share above 0, below 1.");
    require(heads == null || model.equals("gpt"), "--heads " + heads + ": only a gpt has heads.");
    int epochs = Math.max(1, Math.round((float) all / TextTask.EVERY));
    var settings = options.settings(command, TextTask.NAME, recipe.recipe(), epochs,
        or(batch, recipe.recipe().batch()));
    var asked = new TextTask.Asked(file, sizes(recipe.sizes()), Math.ceilDiv(all, epochs), validation,
        minutes == null ? 0 : minutes);
    options.device.check(command, backends);
    return new Training(settings, () -> TextTask.load(settings, asked), output)
        .run(() -> options.device.open(backends, KnownModel.label(TextTask.NAME, model), settings,
            output::error));
  }

  private LanguageModelSizes sizes(LanguageModelSizes usual) {
    try {
      return new LanguageModelSizes(usual.vocabulary(), or(layers, usual.layers()), or(heads, usual.heads()),
          or(width, usual.width()), or(context, usual.context()), dropout);
    } catch (JacquardException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private static int or(@Nullable Integer asked, int usual) {
    return asked == null ? usual : asked;
  }

  private void require(boolean right, String otherwise) {
    TrainOptions.require(spec.commandLine(), right, otherwise);
  }
}
