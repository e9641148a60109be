package io.jacquard.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code jacquard lr-find TASK}: takes the options of {@code jacquard train TASK}, whatever the task, and trains for a short
 * time with a growing learning rate; see {@link io.jacquard.train.LrFinder}.
 */
@Command(name = LrFindCommand.NAME, customSynopsis = "jacquard lr-find TASK [OPTIONS of 'jacquard train TASK']", description = LrFindCommand.SAYS, footer = {
    "",
    "TASK is one of 'jacquard train'; 'jacquard lr-find TASK --help' lists its options. Only a picture is saved.",
    "",
    "Example:",
    "  jacquard lr-find mnist --model cnn"})
final class LrFindCommand implements Runnable {
  static final String NAME = "lr-find";
  static final String SAYS = "Looks for a learning rate: trains for some hundred steps while it grows, and draws the losses.";
  /** Of the train commands; not for people. */
  static final String OPTION = "--find-lr";

  @Spec
  private CommandSpec spec;

  /** Makes it a train command, with an option more. */
  static String[] expand(String[] args) {
    if (args.length < 2 || !args[0].equals(NAME) || args[1].startsWith("-")) return args;
    var all = new ArrayList<>(List.of(args));
    all.set(0, "train");
    all.add(OPTION);
    return all.toArray(String[]::new);
  }

  /** Has the help of the train commands say what they do with this option. */
  static void describe(CommandLine train) {
    for (var task : train.getSubcommands().values()) {
      var usage = task.getCommandSpec().usageMessage();
      usage.description(SAYS, "It takes all options of 'jacquard train " + task.getCommandName()
          + "', and saves only a picture.");
      usage.footer(Arrays.stream(usage.footer())
          .map(says -> says.replace("jacquard train", "jacquard " + NAME)).toArray(String[]::new));
    }
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(),
        "Missing required parameter: 'TASK', such as mnist; 'jacquard train' lists them.");
  }
}
