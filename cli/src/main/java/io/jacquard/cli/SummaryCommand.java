package io.jacquard.cli;

import io.jacquard.JacquardException;
import io.jacquard.Nearest;
import io.jacquard.data.text.TextFile;
import java.nio.file.Files;
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
    var file = run.resolve(RunFolder.SUMMARY);
    if (!Files.isDirectory(run)) {
      throw new JacquardException(
          "There is no run " + run + ". Name the folder of a run, as 'jacquard train' "
              + "prints it." + Nearest.hint(run.toString(), RunFolder.beside(run)));
    }
    output.line(TextFile.read(file).stripTrailing());
    return 0;
  }
}
