package io.jacquard.cli;

import io.jacquard.data.text.TextFile;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code jacquard summary}: what a run's model consists of; the run wrote it down when it began. */
@Command(name = "summary", description = "Shows a run's model: layers, shapes, parameters, multiply-adds and memory.", footer = {
    "", "Example:", "  jacquard summary runs/mnist-mlp-001"})
final class SummaryCommand implements Callable<Integer> {
  private final Output output;

  @Parameters(paramLabel = "RUN", description = "The folder of a run.")
  private Path run;

  SummaryCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    RunFolder.require(run);
    output.line(TextFile.read(run.resolve(RunFolder.SUMMARY)).stripTrailing());
    return 0;
  }
}
