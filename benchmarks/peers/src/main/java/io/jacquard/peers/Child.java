package io.jacquard.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The process of a contestant: reads a line, does what it says, answers with a line.
 *
 * <pre>
 * version              the engine's name and version
 * prepare WORKLOAD     ready, or unsupported
 * run N                N times in nanoseconds
 * check                numbers of the result
 * peak                 MiB of resident memory, at most so far
 * quit
 * </pre>
 *
 * <p>An answer that begins with {@code error} says what went wrong.
 */
public final class Child {
  private final Engine engine;
  private Task task;

  private Child(Engine engine) {
    this.engine = engine;
  }

  /** Arguments: the engine's class, and how many threads compute. */
  public static void main(String[] args) throws IOException, ReflectiveOperationException {
    var answers = System.out;
    System.setOut(System.err); // what libraries print must not be taken for an answer
    int threads = Integer.parseInt(args[1]);
    var type = Class.forName(args[0]).asSubclass(Engine.class);
    try (var engine = type.getConstructor(int.class).newInstance(threads)) {
      new Child(engine).serve(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)),
          answers);
    }
  }

  private void serve(BufferedReader questions, PrintStream answers) throws IOException {
    for (var line = questions.readLine(); line != null && !line.equals("quit"); line = questions.readLine()) {
      String answer;
      try {
        answer = answer(line);
      } catch (RuntimeException | LinkageError e) {
        e.printStackTrace();
        answer = "error " + String.valueOf(e).lines().findFirst().orElse("");
      }
      answers.println(answer);
      answers.flush();
    }
    if (task != null) task.close();
  }

  private String answer(String line) throws IOException {
    int space = line.indexOf(' ');
    var verb = space < 0 ? line : line.substring(0, space);
    var rest = space < 0 ? "" : line.substring(space + 1);
    return switch (verb) {
      case "version" -> engine.version();
      case "prepare" -> prepare(rest);
      case "run" -> {
        var nanos = new double[Integer.parseInt(rest)];
        task.run(nanos);
        yield text(nanos);
      }
      case "check" -> text(task.check());
      case "peak" -> text(peakMiB());
      default -> "error what is '" + line + "'?";
    };
  }

  private String prepare(String name) {
    if (task != null) task.close();
    task = engine.prepare(Workload.named(name)).orElse(null);
    return task == null ? "unsupported" : "ready";
  }

  private static String text(double... numbers) {
    return Arrays.stream(numbers).mapToObj(Double::toString).collect(Collectors.joining(" "));
  }

  private static double peakMiB() throws IOException {
    var status = Path.of("/proc/self/status");
    if (!Files.exists(status)) return Double.NaN;
    try (var lines = Files.lines(status)) {
      return lines.filter(l -> l.startsWith("VmHWM:"))
          .mapToDouble(l -> Double.parseDouble(l.split("\\s+")[1]) / 1024)
          .findFirst().orElse(Double.NaN);
    }
  }
}
