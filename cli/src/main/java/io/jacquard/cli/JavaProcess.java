package io.jacquard.cli;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A command that starts a class in a JVM like this one.
 *
 * <pre>{@code
 * var process = new ProcessBuilder(JavaProcess.command(List.of("-Dname=value"), "io.jacquard.cli.Main", "devices")).start();
 * }</pre>
 */
public final class JavaProcess {
  /** Options that are for this process alone: two would write the same recording, or listen at the same port. */
  private static final List<String> OWN = List.of("-agentlib", "-agentpath", "-javaagent",
      "-XX:StartFlightRecording", "-XX:FlightRecorderOptions", "-Dcom.sun.management");

  private JavaProcess() {}

  /**
   * Of this program.
   *
   * @param options of the JVM, beside those that this one has
   */
  public static List<String> command(List<String> options, String main, String... arguments) {
    return command(options, System.getProperty("java.class.path"), main, arguments);
  }

  /** @param classPath where the class, and what it needs, is found */
  public static List<String> command(List<String> options, String classPath, String main,
      String[] arguments) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> OWN.stream().noneMatch(option::startsWith)).forEach(command::add);
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, main));
    command.addAll(List.of(arguments));
    return command;
  }
}
