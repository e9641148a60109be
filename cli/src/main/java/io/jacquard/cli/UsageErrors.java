package io.jacquard.cli;

import io.jacquard.Nearest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what is wrong with a command line, which name may have been meant, and where the help is. */
final class UsageErrors implements IParameterExceptionHandler {
  private final Output output;

  UsageErrors(Output output) {
    this.output = output;
  }

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    var command = e.getCommandLine();
    output.error("jacquard: " + message(e, command));
    output.error("See '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return Main.USAGE;
  }

  private static String message(ParameterException e, CommandLine command) {
    if (!(e instanceof UnmatchedArgumentException unmatched) || unmatched.getUnmatched().isEmpty()) {
      var said = String.valueOf(e.getMessage());
      return said.endsWith(".") || said.endsWith("?") ? said : said + ".";
    }
    var word = unmatched.getUnmatched().getFirst();
    if (word.startsWith("-")) {
      int equals = word.indexOf('=');
      return unknown("option", equals < 0 ? word : word.substring(0, equals),
          command.getCommandSpec().optionsMap().keySet());
    }
    var commands = command.getSubcommands().keySet();
    return commands.isEmpty()
        ? "'" + word + "' is one word too many."
        : unknown(label(command), word, commands);
  }

  /** What the subcommands are called in the synopsis: a command, or a task. */
  private static String label(CommandLine command) {
    return command.getCommandSpec().usageMessage().synopsisSubcommandLabel().toLowerCase(Locale.ROOT);
  }

  /** {@code There is no model 'mpl', expected one of mlp, softmax. Did you mean 'mlp'?} */
  static String unknown(String what, String typed, Collection<String> known) {
    var expected = switch (known.size()) {
      case 1 -> ", expected " + known.iterator().next() + ".";
      default -> what.equals("option") // too many to name them all
          ? "."
          : ", expected one of " + String.join(", ", known) + ".";
    };
    var hint = what.equals("backend") && typed.equals("gpu") // near to "cpu", which is not what is meant
        ? " A GPU is cuda (NVIDIA) or opencl."
        : Nearest.hint(typed, known);
    return "There is no " + what + " '" + typed + "'" + expected + hint;
  }

  /** Refuses a name that is not among the known ones. */
  static void requireKnown(CommandLine command, String what, String typed, Collection<String> known) {
    if (!known.contains(typed))
      throw new ParameterException(command, unknown(what, typed, new ArrayList<>(known)));
  }
}
