package io.jacquard.bundle;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A command that starts a class of this program in a JVM like this one.
 *
 * <pre>{@code
 * var process = new ProcessBuilder(JavaProcess.command(List.of("-Dname=value"), "io.jacquard.cli.Main", "devices")).start();
 * }</pre>
 */
public final class JavaProcess {
  private JavaProcess() {}

  /** @param options of the JVM, beside those that this one has */
  public static List<String> command(List<String> options, String main, String... arguments) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (var option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (!option.startsWith("-agentlib") && !option.startsWith("-javaagent")) command.add(option);
    }
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
    command.addAll(List.of(arguments));
    return command;
  }
}
