package io.jacquard.cli;

import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The commands of {@code jacquard}. To read a command's options takes time, most of what {@code --help} takes: of commands
 * that a line does not name, only the name and the description are read, which is all that is said of them.
 */
final class Offers {
  /** Columns of a help text. */
  private static final int NARROWEST = 60;
  private static final int WIDEST = 110;

  private final Output output;
  private final List<String> line;
  private final String[] version;

  private Offers(Output output, List<String> line) {
    this.output = output;
    this.line = line;
    version = new String[]{
        "jacquard " + Version.jacquard() + " (JDK " + Version.jdk() + ", " + System.getProperty("os.name")
            + " " + System.getProperty("os.arch") + ")"};
  }

  /** All of them below {@code main}, for a certain line of arguments. */
  static CommandLine of(Object main, Output output, List<String> line) {
    var offers = new Offers(output, line);
    var program = offers.whole(main);
    offers.addTo(program);
    return program;
  }

  private void addTo(CommandLine program) {
    var train = offer(program, TrainCommand.class, TrainCommand::new);
    // Help and errors name the command as it was typed.
    if (line.contains(LrFindCommand.OPTION)) train.getCommandSpec().name(LrFindCommand.NAME);
    offer(train, TrainMnistCommand.class, () -> new TrainMnistCommand(output));
    offer(train, TrainCifar10Command.class, () -> new TrainCifar10Command(output));
    offer(train, TrainImagesCommand.class, () -> new TrainImagesCommand(output));
    offer(train, TrainCsvCommand.class, () -> new TrainCsvCommand(output));
    offer(train, TrainTextCommand.class, () -> new TrainTextCommand(output));
    if (line.contains(LrFindCommand.OPTION)) LrFindCommand.describe(train);
    offer(program, PredictCommand.class, () -> new PredictCommand(output));
    offer(program, GenerateCommand.class, () -> new GenerateCommand(output));
    offer(program, ModelsCommand.class, () -> new ModelsCommand(output));
    offer(program, DevicesCommand.class, () -> new DevicesCommand(output));
    offer(program, RunsCommand.class, () -> new RunsCommand(output));
    offer(program, SummaryCommand.class, () -> new SummaryCommand(output));
    offer(program, ExplainCommand.class, () -> new ExplainCommand(output));
    offer(program, LrFindCommand.class, LrFindCommand::new);
    offer(program, SweepCommand.class, () -> new SweepCommand(output))
        .setUnmatchedOptionsArePositionalParams(true);
    offer(program, WatchCommand.class, () -> new WatchCommand(output));
    offer(program, TuneCommand.class, () -> new TuneCommand(output));
    offer(program, VerifyCommand.class, () -> new VerifyCommand(output));
    offer(program, BenchCommand.class, () -> new BenchCommand(output));
  }

  private <T> CommandLine offer(CommandLine parent, Class<T> type, Supplier<T> command) {
    var says = Objects.requireNonNull(type.getAnnotation(Command.class));
    var offered = mayBeMeant(says.name()) ? whole(command.get()) : brief(says);
    parent.addSubcommand(says.name(), offered);
    OptionSections.give(offered);
    return offered;
  }

  /** Whether the name stands anywhere in the line, or in a file of arguments that it names. */
  private boolean mayBeMeant(String name) {
    return line.stream().anyMatch(word -> word.equals(name) || word.startsWith("@"));
  }

  private CommandLine whole(Object command) {
    var all = new CommandLine(command);
    var spec = all.getCommandSpec().mixinStandardHelpOptions(true);
    spec.version(version);
    spec.usageMessage().width(Math.clamp(output.width(), NARROWEST, WIDEST));
    return all;
  }

  private static CommandLine brief(Command says) {
    var spec = CommandSpec.create().name(says.name());
    spec.usageMessage().description(says.description());
    return new CommandLine(spec);
  }
}
