package io.jacquard.bundle.bench;

import io.jacquard.JacquardException;
import io.jacquard.cli.bench.Rounds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs races: our side, and PyTorch's in each of its ways, by turns on the same device. */
final class Course {
  /** The first work of a kind compiles kernels, on both sides. */
  private static final Duration PREPARE = Duration.ofSeconds(60);
  private static final Duration COMPILE = Duration.ofSeconds(120);
  private static final Duration TURN = Duration.ofSeconds(30);

  private final Side ours;
  private final @Nullable Side theirs;
  private final Rounds rounds;
  private final long deadline;

  /**
   * @param theirs null where PyTorch was not found
   * @param deadline by {@link System#nanoTime}
   */
  Course(Side ours, @Nullable Side theirs, Rounds rounds, long deadline) {
    this.ours = ours;
    this.theirs = theirs;
    this.rounds = rounds;
    this.deadline = deadline;
  }

  /** Of a side, a way to do the work; each is prepared when its turn begins, for a process holds one at a time. */
  private record Runner(Side side, Side.Ready ready) implements Rounds.Runner {
    @Override
    public double nanos(int times) {
      return side.nanos(times, TURN);
    }

    @Override
    public int most() {
      return ready.most();
    }

    @Override
    public int pieces() {
      return ready.pieces();
    }
  }

  /** First ours and PyTorch's first way by turns; its further ways after that, beside ours again. */
  Outcome run(Race race) {
    var outcome = new Outcome(race, new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
    var ways = new ArrayList<>(race.goals().keySet());
    if (theirs == null) ways.forEach(way -> outcome.missing().put(way, "not there"));
    if (race.footprint()) {
      ours.end();
      if (theirs != null) theirs.end();
    }
    try {
      var runner = prepare(ours, "-", race, outcome, Outcome.OURS, PREPARE);
      if (theirs == null) {
        turns(runner, null, "", outcome);
        return outcome;
      }
      for (var way : ways) {
        if (way.equals(Race.COMPILE) && left().compareTo(COMPILE.dividedBy(2)) < 0) {
          outcome.missing().put(way, "left out, since the time is short");
          continue;
        }
        var other = prepare(theirs, way, race, outcome, way, way.equals(Race.COMPILE) ? COMPILE : PREPARE);
        turns(runner, other, way, outcome);
      }
      return outcome;
    } finally {
      release(ours);
      if (theirs != null) release(theirs);
    }
  }

  private Duration left() {
    return Duration.ofNanos(deadline - System.nanoTime());
  }

  private void turns(@Nullable Runner ours, @Nullable Runner theirs, String way, Outcome outcome) {
    var runners = new LinkedHashMap<String, Runner>();
    if (ours != null && !outcome.missing().containsKey(Outcome.OURS)) runners.put(Outcome.OURS, ours);
    if (theirs != null) runners.put(way, theirs);
    rounds.measure(runners, (who, e) -> outcome.missing().put(who, String.valueOf(e.getMessage())))
        .forEach((who, spread) -> {
          // Ours beside the first way; a second measurement of the same would only hide the spread.
          outcome.nanos().putIfAbsent(who, spread);
        });
  }

  private @Nullable Runner prepare(Side side, String way, Race race, Outcome outcome, String who,
      Duration limit) {
    try {
      var left = left();
      var before = race.footprint() ? started(side) : OptionalDouble.empty();
      var ready = side.prepare(way, race.precision(), race.work().name(),
          left.compareTo(limit) < 0 ? left : limit);
      if (ready == null) {
        outcome.missing().put(who, "not there");
        return null;
      }
      var runner = new Runner(side, ready);
      if (before.isPresent()) {
        runner.nanos(Math.min(3, ready.most()));
        usedMebibytes().ifPresent(used -> outcome.mebibytes().put(who, used - before.getAsDouble()));
      }
      return runner;
    } catch (JacquardException e) {
      outcome.missing().put(who, "FAILED: " + e.getMessage());
      return null;
    }
  }

  /** What is in use before the process opens the device, or else nothing: then nothing is known. */
  private static OptionalDouble started(Side side) {
    side.end();
    return usedMebibytes();
  }

  private static void release(Side side) {
    try {
      side.release();
    } catch (JacquardException _) {
      // it is started again for the next work
    }
  }

  /** Of the first GPU, everyone's. */
  static OptionalDouble usedMebibytes() {
    try {
      var process = new ProcessBuilder(List.of("nvidia-smi", "--id=0", "--query-gpu=memory.used",
          "--format=csv,noheader,nounits")).start();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return OptionalDouble.empty();
      }
      var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return OptionalDouble.of(Double.parseDouble(text));
    } catch (IOException | NumberFormatException _) {
      return OptionalDouble.empty();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return OptionalDouble.empty();
    }
  }
}
