package io.jacquard.cli;

import io.jacquard.JacquardException;
import io.jacquard.models.Generation;
import io.jacquard.models.Sampler;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Generator;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jacquard generate}: writes a text on, character by character, as they are chosen. */
@Command(name = "generate", sortOptions = false, description = "Writes a text with a model that 'jacquard train text' has saved.", footer = {
    "", "The same seed gives the same text.", "", "Example:",
    "  jacquard generate runs/text-lstm-001 --prompt \"ROMEO:\" --tokens 500 --temperature 0.8"})
final class GenerateCommand implements Callable<Integer> {
  private final Output output;

  @Spec
  private CommandSpec spec;

  @Parameters(paramLabel = "RUN", description = "The folder of a run, or its .safetensors file.")
  private Path run;

  @Option(names = "--prompt", paramLabel = "TEXT", description = "What the text begins with (default: a new line).")
  private String prompt = "\n";

  @Option(names = "--tokens", paramLabel = "N", defaultValue = "500", description = "Characters to write (default: ${DEFAULT-VALUE}).")
  private long tokens;

  @Option(names = "--temperature", paramLabel = "T", defaultValue = "1", description = "Below 1 likelier characters, above 1 more varied ones; 0 always the likeliest (default: ${DEFAULT-VALUE}).")
  private Double temperature;

  @Option(names = "--top-k", paramLabel = "K", defaultValue = "0", description = "Choose among the K likeliest only; 0 for all (default: ${DEFAULT-VALUE}).")
  private int topK;

  @Option(names = "--seed", paramLabel = "N", defaultValue = "0", description = "Any whole number (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Mixin
  private DeviceOptions device;

  GenerateCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    var backends = Backends.discover();
    var command = spec.commandLine();
    device.check(command, backends);
    TrainOptions.require(command, !prompt.isEmpty(), "--prompt: expected one character or more.");
    TrainOptions.require(command, tokens >= 1, "--tokens " + tokens + ": expected 1 or more.");
    TrainOptions.require(command, temperature >= 0 && Double.isFinite(temperature),
        "--temperature " + temperature + ": expected a finite number, 0 or more.");
    TrainOptions.require(command, topK >= 0, "--top-k " + topK + ": expected 1 or more, or 0 for all.");
    var file = PredictCommand.file(run);
    var opened = device.open(backends).device();
    try (var _ = opened.backend()) {
      Device.with(opened, () -> write(file));
    }
    return 0;
  }

  private void write(Path file) {
    var text = TextModel.load(file);
    int[] begin;
    try {
      begin = text.vocabulary().encode(prompt);
    } catch (JacquardException e) {
      throw new JacquardException("--prompt: the model was trained on a text without one of its characters. "
          + e.getMessage(), e);
    }
    output.text(prompt);
    try (var stop = StopSignal.listen()) {
      new Generation(text.model(), new Sampler(temperature, topK), new Generator(seed)).from(begin, tokens,
          token -> {
            output.text(text.vocabulary().decode(token));
            return !stop.requested();
          });
    }
    output.line("");
  }
}
