package io.jacquard.cli;

import io.jacquard.data.Mnist;
import io.jacquard.models.Models;
import io.jacquard.spi.Backends;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code jacquard train mnist}: its options, which are all checked before any work. */
@Command(name = MnistTask.NAME, sortOptions = false, description = "Learns to read handwritten digits.", footer = {
    "",
    "Without --data the data set is looked for in the folder that JACQUARD_DATA names, then in the user's cache "
        + "folder; otherwise digits are generated. Only --download asks a network.",
    "", "Example:", "  jacquard train mnist --epochs 3 --optimizer sgd --seed 7"})
final class TrainMnistCommand implements Callable<Integer> {
  private final Output output;

  @Spec
  private CommandSpec spec;

  @Option(names = "--model", paramLabel = "NAME", defaultValue = "mlp", description = "mlp (784-128-10 with dropout), softmax (one linear layer), cnn (two convolutions), lenet5, vit (a small transformer), lstm or gru (row by row), deep1001 and plain1001 (1,001 layers with and without residuals), or autoencoder and vae, which draw digits (default: ${DEFAULT-VALUE}).")
  private String model;

  @Option(names = "--epochs", paramLabel = "N", defaultValue = "5", description = "Walks over the training data (default: ${DEFAULT-VALUE}).")
  private int epochs;

  @Option(names = "--batch", paramLabel = "N", description = "Samples a step (default: 32; for cnn, lenet5 and vit 64, for those of 1,001 layers and for autoencoders 128).")
  private @Nullable Integer batch;

  @Option(names = "--data", paramLabel = "DIR", description = "Folder with the four IDX files, plain or gzip.")
  private @Nullable Path data;

  @Option(names = "--keep-activations", description = "Of deep1001 and plain1001: keep what every layer gives for the gradient, instead of computing pieces of the network again, which takes more memory and less time.")
  private boolean keepActivations;

  @Option(names = Fetching.OPTION, description = "Fetch MNIST's four files (11.6 MB) into --data, or else into the user's cache folder, unless they are there.")
  private boolean download;

  @Mixin
  private HiddenOptions hidden;

  @Mixin
  private TrainOptions options;

  TrainMnistCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    var backends = Backends.discover();
    var command = spec.commandLine();
    UsageErrors.requireKnown(command, "model", model, Models.names());
    var recipe = Recipe.of(model);
    var settings = options.settings(command, MnistTask.NAME, recipe, epochs,
        batch == null ? recipe.batch() : batch);
    var layers = hidden.settings(command, model.equals("mlp"));
    TrainOptions.require(command, !keepActivations || model.endsWith("1001"),
        "--keep-activations: " + model + " keeps them in any case, expected deep1001 or plain1001.");
    options.device.check(command, backends);
    if (download) data = Fetching.mnist(data, output);
    var digits = Mnist.reading(data);
    return new Training(settings, () -> task(new MnistTask(settings, layers, digits.get(), keepActivations)),
        output)
        .run(() -> options.device.open(backends, model, settings, output::error));
  }

  private Task task(MnistTask digits) {
    return AutoencoderTask.MODELS.contains(model) ? new AutoencoderTask(digits) : digits;
  }
}
