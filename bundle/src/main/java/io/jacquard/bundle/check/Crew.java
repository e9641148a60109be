package io.jacquard.bundle.check;

import io.jacquard.cli.JavaProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The processes of a check, each with its slice of the cases. One that ends in the middle of a case, or does not come to the
 * end of one, has failed that case; a new process goes on behind it.
 */
final class Crew {
  /** Processes that end in the middle of a case, of each slice, before it is given up. */
  private static final int MOST_ENDS = 12;
  private static final long LOOK_MILLIS = 100;

  /**
   * What is to be done.
   *
   * @param backend the device's name
   * @param processes how many at once
   * @param oneIn one case in so many
   * @param only what a case's label and name must contain, as a pattern
   * @param caseLimit for how long a case may take
   */
  record Orders(String backend, int processes, int oneIn, String only, Duration caseLimit) {}

  private final Orders orders;
  private final Results results;
  private final Path folder;
  private final long deadline;

  /** @param deadline by {@link System#nanoTime} */
  Crew(Orders orders, Results results, Path folder, long deadline) {
    this.orders = orders;
    this.results = results;
    this.folder = folder;
    this.deadline = deadline;
  }

  /**
   * Runs all slices.
   *
   * @return what keeps this from being a whole check; empty if it is one
   */
  List<String> run() throws InterruptedException {
    var members = new ArrayList<Member>();
    for (int part = 0; part < orders.processes(); part++) members.add(new Member(part));
    var threads = members.stream().map(member -> Thread.ofVirtual().start(member)).toList();
    for (var thread : threads) thread.join();
    return members.stream().map(m -> m.problem).filter(p -> p != null).distinct().toList();
  }

  /** One slice, through as many processes as it takes. */
  private final class Member implements Runnable {
    final int part;
    final Set<String> done = new LinkedHashSet<>();
    volatile @Nullable String problem;
    private volatile @Nullable Event current;
    private volatile long since = System.nanoTime();
    private volatile boolean finished;

    Member(int part) {
      this.part = part;
    }

    @Override
    public void run() {
      try {
        for (int ends = 0; !finished; ends++) {
          if (ends == MOST_ENDS) {
            problem = "processes ended in the middle of a case " + ends
                + " times, and what came behind was left out";
            return;
          }
          int code = process();
          if (problem != null || finished) return;
          if (!lookAt(code)) return;
        }
      } catch (IOException e) {
        problem = "a process could not be started: " + e.getMessage();
      } catch (InterruptedException e) {
        problem = "the check was interrupted";
      }
    }

    /** What a process that has ended too early means; false if another one would do no better. */
    private boolean lookAt(int code) {
      var event = current;
      if (event == null && code == Slice.LOST) return true; // its case has said so
      if (event == null) {
        problem = "a process ended with exit code " + code + " before its first case; its words are in "
            + log();
        return false;
      }
      results.take(part,
          new Event(Event.Kind.FAILED, event.group(), event.label(), event.id(), event.text() + ": "
              + (code == TIMED_OUT ? "did not end within " + orders.caseLimit().toSeconds() + " s"
                  : "its process ended with exit code " + code)
              + "; its words are in " + log(), 0));
      done.add(event.id());
      current = null;
      return true;
    }

    private static final int TIMED_OUT = -1;

    private Path log() {
      return folder.resolve("process-" + part + ".log");
    }

    private int process() throws IOException, InterruptedException {
      var doneFile = folder.resolve("done-" + part);
      Files.write(doneFile, done);
      var command = JavaProcess.command(List.of("-D" + Suites.BACKEND + "=" + orders.backend(),
          "-D" + Slice.Choice.PROPERTY + "=" + part + "/" + orders.processes() + "/" + orders.oneIn() + "/"
              + doneFile,
          "-D" + Slice.Choice.ONLY + "=" + orders.only()), Worker.class.getName());
      var process = new ProcessBuilder(command).directory(folder.toFile())
          .redirectError(ProcessBuilder.Redirect.appendTo(log().toFile())).start();
      since = System.nanoTime();
      var reader = Thread.ofVirtual().start(() -> read(process));
      boolean stuck = false;
      while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        long now = System.nanoTime();
        stuck = now - since > orders.caseLimit().toNanos();
        if (now > deadline) problem = "the time was over";
        if (stuck || problem != null) process.destroyForcibly();
      }
      reader.join();
      return stuck && !finished ? TIMED_OUT : process.exitValue();
    }

    private void read(Process process) {
      try (var lines = new BufferedReader(
          new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        for (var line = lines.readLine(); line != null; line = lines.readLine())
          Event.parse(line).ifPresent(this::take);
      } catch (IOException _) {
        // it was ended from here
      }
    }

    private void take(Event event) {
      since = System.nanoTime();
      switch (event.kind()) {
        case BEGIN -> current = event;
        case PASSED, SKIPPED, FAILED -> {
          current = null;
          if (!event.id().isEmpty()) done.add(event.id());
        }
        case DONE -> finished = true;
        case GROUP_DONE -> {
        }
      }
      results.take(part, event);
    }
  }
}
