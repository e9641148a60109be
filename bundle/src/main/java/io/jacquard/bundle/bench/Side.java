package io.jacquard.bundle.bench;

import io.jacquard.JacquardException;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A process that does work on demand, by lines; what it knows stands in {@code benchmarks/pytorch/gpu_peer.py}. One that ends,
 * or does not answer in time, is started again for the next work.
 */
final class Side implements AutoCloseable {
  private static final String END = "";
  /** How long it takes to start: Python reads a lot before. */
  private static final Duration START = Duration.ofSeconds(60);

  private final String label;
  private final List<String> command;
  private final Path log;
  private @Nullable Process process;
  private LinkedBlockingQueue<String> answers = new LinkedBlockingQueue<>();

  /** @param log gets what the process says beside its answers */
  Side(String label, List<String> command, Path log) {
    this.label = label;
    this.command = command;
    this.log = log;
  }

  /** Name and version; starts the process. */
  String version() {
    return ask("version", START);
  }

  /** What was prepared: how many times it may be done in a row, and in how many pieces a turn may be cut. */
  record Ready(int most, int pieces) {}

  /** Null if this side has nothing for that work. */
  @Nullable
  Ready prepare(String variant, String precision, String work, Duration limit) {
    var answer = ask("prepare " + variant + " " + precision + " " + work, limit).split(" ");
    if (answer[0].equals("unsupported")) return null;
    return answer.length == 3 ? new Ready(Integer.parseInt(answer[1]), Integer.parseInt(answer[2]))
        : new Ready(1 << 16, 5);
  }

  /** Nanoseconds of one, if it is done so many times. */
  double nanos(int times, Duration limit) {
    return Double.parseDouble(ask("nanos " + times, limit));
  }

  /** Gives back what was prepared. */
  void release() {
    if (process != null && process.isAlive()) ask("release", START);
  }

  /** Ends the process; the next question starts another. */
  void end() {
    if (process != null) process.destroyForcibly();
    process = null;
  }

  private String ask(String line, Duration limit) {
    try {
      var running = process;
      if (running == null || !running.isAlive()) running = start();
      var to = new BufferedWriter(new OutputStreamWriter(running.getOutputStream(), StandardCharsets.UTF_8));
      to.write(line + "\n");
      to.flush();
      var answer = answers.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
      if (answer == null) {
        running.destroyForcibly();
        throw new JacquardException(
            label + " did not answer within " + limit.toSeconds() + " s, asked to " + line
                + "; its words are in " + log + ".");
      }
      if (answer.equals(END))
        throw new JacquardException(
            label + " ended when asked to " + line + "; its words are in " + log + ".");
      if (answer.startsWith("error ")) throw new JacquardException(answer.substring(6));
      return answer;
    } catch (IOException e) {
      throw new JacquardException(label + " could not be asked to " + line + ": " + e.getMessage() + ".", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JacquardException(label + " was interrupted.", e);
    }
  }

  private Process start() throws IOException {
    var started = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
    var to = new LinkedBlockingQueue<String>();
    answers = to;
    process = started;
    Thread.ofVirtual().start(() -> {
      try (var lines = new BufferedReader(
          new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8))) {
        for (var line = lines.readLine(); line != null; line = lines.readLine()) to.add(line);
      } catch (IOException _) {
        // it was ended from here
      }
      to.add(END);
    });
    return started;
  }

  @Override
  public void close() {
    end();
  }
}
