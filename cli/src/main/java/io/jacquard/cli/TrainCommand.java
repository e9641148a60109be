package io.jacquard.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code jacquard train}: what can be learned is a command of its own, with its own options. */
@Command(name = "train", synopsisSubcommandLabel = "TASK", description = "Trains a model, tests it, and saves it with its history.", footer = {
    "", "'jacquard train TASK --help' lists the options of a task.", "", "Example:",
    "  jacquard train mnist --epochs 3 --optimizer sgd --seed 7"})
final class TrainCommand implements Runnable {
  @Spec
  private CommandSpec spec;

  /** Without a task there is only one thing to say. */
  @Override
  public void run() {
    var command = spec.commandLine();
    throw new ParameterException(command, "Missing required parameter: 'TASK', expected one of "
        + String.join(", ", command.getSubcommands().keySet()) + ".");
  }
}
