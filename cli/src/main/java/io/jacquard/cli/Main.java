package io.jacquard.cli;

import io.jacquard.JacquardException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * The {@code jacquard} program. Exit codes: 0 for success, 1 for failure, 2 for a command line that cannot be right, 130
 * after Ctrl-C.
 */
@Command(name = "jacquard", synopsisSubcommandLabel = "COMMAND", description = "Trains neural networks, on whatever device is there.", footer = {
    "", "Exit codes: 0 success, 1 failure, 2 usage, 130 Ctrl-C.", "", "Example:",
    "  jacquard train mnist"})
public final class Main implements Runnable {
  static final int FAILURE = 1;
  static final int USAGE = 2;

  /** What is logged is a line, like what the program says itself; Java's default are two. */
  private static final String LOG_FORMAT = "java.util.logging.SimpleFormatter.format";

  @Spec
  private CommandSpec spec;

  private Main() {}

  public static void main(String[] args) {
    System.setProperty("java.awt.headless", "true"); // it draws into files only
    if (System.getProperty(LOG_FORMAT) == null) System.setProperty(LOG_FORMAT, "jacquard: %5$s%6$s%n");
    System.exit(run(Output.system(), args));
  }

  /** Runs a command line. */
  static int run(Output output, String... args) {
    String[] line;
    try {
      line = Resumption.expand(LrFindCommand.expand(SweepCommand.expand(helped(args))));
    } catch (JacquardException e) {
      return failed(output, e);
    }
    var program = Offers.of(new Main(), output, List.of(line));
    Numbers.register(program);
    program.setOut(output.writer()).setParameterExceptionHandler(new UsageErrors(output))
        .setExecutionExceptionHandler((e, _, _) -> failed(output, e));
    try {
      return program.execute(line);
    } catch (Throwable e) { // errors; exceptions came by above
      return failed(output, e);
    }
  }

  /** {@code help train mnist} is another way to say {@code train mnist --help}. */
  private static String[] helped(String[] args) {
    if (args.length == 0 || !args[0].equals("help")) return args;
    var line = Arrays.copyOfRange(args, 1, args.length + 1);
    line[args.length - 1] = "--help";
    return line;
  }

  /** Without a command there is only one thing to say. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** What the user can mend is said in a message; anything else is a defect, and is shown with its trace. */
  static int failed(Output output, Throwable e) {
    if (e instanceof JacquardException) {
      output.error("jacquard: " + e.getMessage());
      return FAILURE;
    }
    var trace = new StringWriter();
    e.printStackTrace(new PrintWriter(trace, true));
    output.error(
        "jacquard: this is a defect of Jacquard's own. Please report it, with the command, what follows, "
            + "and the output of 'jacquard --version':\n" + trace);
    return FAILURE;
  }
}
