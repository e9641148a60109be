package io.jacquard.cli.bench;

import io.jacquard.JacquardException;
import io.jacquard.cli.JavaProcess;
import io.jacquard.train.Precision;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process of its own to measure in, a JVM like this one; see {@link ForkMain}. While it waits for a question it takes no
 * processor time. It ends when this one does.
 *
 * <pre>{@code
 * try (var fork = Fork.start(new Fork.Settings(Precision.FLOAT32, rounds, 0, List.of("cpu", "opencl")))) {
 *   var taken = fork.take(work, List.of("cpu"));
 * }
 * }</pre>
 */
public final class Fork implements Place {
  /** What each JVM says that has the Vector API, which is no news. */
  private static final String INCUBATOR = "WARNING: Using incubator modules";
  /** What ends so says what is being done, and is no reason for an end. */
  private static final String UNDER_WAY = "...";
  /** What a shell, and Java, add to the number of the signal that ended a process. */
  private static final int SIGNALS = 128;
  /** A driver that does not come to an end must not keep the others waiting. */
  private static final long PATIENCE_SECONDS = 30;

  /**
   * How a process is to measure.
   *
   * @param threads that compute on the host's cores; 0 for as many as there are cores
   * @param devices that it opens
   */
  public record Settings(Precision precision, Rounds rounds, int threads, List<String> devices) {
    List<String> arguments() {
      return List.of(precision.name(), String.valueOf(rounds.rounds()), String.valueOf(rounds.turn()),
          String.valueOf(rounds.warmUp()), String.valueOf(threads), String.join(",", devices));
    }

    static Settings of(String... arguments) {
      return new Settings(Precision.valueOf(arguments[0]),
          new Rounds(Integer.parseInt(arguments[1]), Double.parseDouble(arguments[2]),
              Double.parseDouble(arguments[3])),
          Integer.parseInt(arguments[4]), List.of(arguments[5].split(",")));
    }
  }

  private final Process process;
  private final BufferedReader from;
  private final BufferedWriter to;
  /** The last that it said beside its answers: why it ended, if it did. */
  private volatile String lastWords = "";

  private Fork(Process process) {
    this.process = process;
    from = process.inputReader(StandardCharsets.UTF_8);
    to = process.outputWriter(StandardCharsets.UTF_8);
    Thread.ofVirtual().start(this::passOnErrors);
  }

  public static Fork start(Settings settings) {
    return start(JavaProcess.command(List.of(), ForkMain.class.getName(),
        settings.arguments().toArray(String[]::new)));
  }

  static Fork start(List<String> command) {
    try {
      return new Fork(new ProcessBuilder(command).start());
    } catch (IOException e) {
      throw new JacquardException("bench: " + command.getFirst() + " cannot be started: " + e.getMessage()
          + ". '--forks 0' measures without further processes.", e);
    }
  }

  private void passOnErrors() {
    try (var errors = process.errorReader(StandardCharsets.UTF_8)) {
      for (var line = errors.readLine(); line != null; line = errors.readLine()) {
        if (line.startsWith(INCUBATOR)) continue;
        if (!line.isBlank() && !line.endsWith(UNDER_WAY)) lastWords = line.strip();
        System.err.println(line);
      }
    } catch (IOException _) {
      // it was ended from here
    }
  }

  @Override
  public Taken warmUp(Workload work, List<String> devices) {
    return ask("warm", work, devices);
  }

  @Override
  public Taken take(Workload work, List<String> devices) {
    return ask("take", work, devices);
  }

  private Taken ask(String verb, Workload work, List<String> devices) {
    if (devices.isEmpty()) return Taken.nothing(devices, "");
    try {
      to.write(verb + "\t" + work.name() + "\t" + String.join(",", devices) + "\n");
      to.flush();
      var answer = from.readLine();
      return answer == null ? Taken.nothing(devices, end()) : taken(answer);
    } catch (IOException _) {
      return Taken.nothing(devices, end()); // it has gone before the question came
    }
  }

  private String end() {
    try {
      int code = process.waitFor();
      return "the process that measured it " + (code > SIGNALS
          ? "was ended by signal " + (code - SIGNALS) + ", as native code such as a driver's is when it fails"
          : "ended with exit code " + code) + (lastWords.isEmpty() ? "" : ": " + lastWords);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JacquardException("bench: interrupted.", e);
    }
  }

  /** An answer: for each device its name, {@code rounds} or {@code missing}, and those or why; with tabs between. */
  static String answer(Taken taken) {
    var fields = new ArrayList<String>();
    taken.visits().forEach((device, visits) -> fields.addAll(List.of(device, "rounds",
        String.join(" ", visits.getFirst().stream().map(String::valueOf).toList()))));
    taken.missing().forEach(
        (device, reason) -> fields.addAll(List.of(device, "missing", reason.replaceAll("\\s+", " "))));
    return String.join("\t", fields);
  }

  static Taken taken(String answer) {
    var rounds = new LinkedHashMap<String, List<Double>>();
    var missing = new LinkedHashMap<String, String>();
    var fields = answer.split("\t", -1);
    for (int i = 0; i + 2 < fields.length; i += 3) {
      if (fields[i + 1].equals("missing")) missing.put(fields[i], fields[i + 2]);
      else rounds.put(fields[i], numbers(fields[i + 2]));
    }
    return Taken.of(rounds, missing);
  }

  private static List<Double> numbers(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(" ")).stream().map(Double::valueOf).toList();
  }

  @Override
  public void close() {
    try (to) {
      to.write("quit\n");
    } catch (IOException _) {
      // it has ended already
    }
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) process.destroyForcibly();
    } catch (InterruptedException _) {
      process.destroy();
      Thread.currentThread().interrupt();
    }
  }
}
