package io.jacquard.cli;

import io.jacquard.models.Mlp;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The options {@code --hidden} and {@code --activation} of tasks with a network of linear layers. */
final class HiddenOptions {
  @Option(names = "--hidden", paramLabel = "N", split = ",", description = "Sizes of the hidden layers, such as 64,32 (default: 128 for digits, by the number of rows for tables).")
  private List<Integer> sizes = List.of();

  @Option(names = "--activation", paramLabel = "NAME", defaultValue = Hidden.USUAL_ACTIVATION, description = "Of the hidden layers: relu, tanh, sigmoid, gelu, silu, elu, selu, leaky_relu, mish or softplus (default: ${DEFAULT-VALUE}).")
  private String activation;

  /** @param mlp whether the model has such layers */
  Hidden settings(CommandLine command, boolean mlp) {
    UsageErrors.requireKnown(command, "activation", activation, Mlp.activations());
    var hidden = new Hidden(sizes, activation);
    TrainOptions.require(command, sizes.stream().allMatch(size -> size >= 1 && size <= 65_536),
        "--hidden " + hidden.text() + ": expected sizes from 1 to 65536.");
    TrainOptions.require(command, mlp || hidden.isUsual(),
        "--hidden and --activation: only the model 'mlp' has hidden layers to choose.");
    return hidden;
  }
}
