package io.jacquard.cli.bench;

import io.jacquard.JacquardException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Finds what takes longer than before. The rule: the median is longer by more than {@value #LEAST} of the old one, and each
 * process that measured now took longer than each that measured then, by {@value #APART}. A program that is sometimes slow,
 * by what its JVM happened to compile, is so in some processes of both. Of 3 and 3 processes of the same program, the slowest three are
 * those of now in one case of 20, so what is found is measured again, in other processes.
 *
 * <p>Where one of the two has only one process, the medians must be apart by more than what both spreads together allow, the root of
 * the sum of their squares (of their logarithms, as factors).
 *
 * <pre>{@code
 * Comparison.slower(ReportFile.read(old), report).forEach(IO::println);
 * }</pre>
 */
public final class Comparison {
  /** Two runs of the same program compile it a little differently; less says nothing. */
  static final double LEAST = 0.12;
  /** By so much the processes of the two must be apart. */
  static final double APART = 0.03;

  private Comparison() {}

  /** A workload that was found to be slower on a device. */
  public record Slower(String work, String device, Spread before, Spread now) {
    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%s on %s: %s, before %s (+%.0f %%)", work, device, Units.time(now),
          Units.time(before), 100 * (now.median() / before.median() - 1));
    }
  }

  /** What both have measured, and now is slower. */
  public static List<Slower> slower(BenchReport before, BenchReport now) {
    var found = new ArrayList<Slower>();
    for (var row : now.rows()) {
      for (var device : now.names()) {
        var present = row.measured(device);
        var old = before.row(row.name()).flatMap(r -> r.measured(device));
        if (present.isPresent() && old.isPresent() && isSlower(old.get(), present.get()))
          found.add(new Slower(row.name(), device, old.get().nanos(), present.get().nanos()));
      }
    }
    return found;
  }

  /** A figure that is in both. */
  private record Pair(Spread before, Spread now) {
    /** How many times as long it takes. */
    double times() {
      return now.median() / before.median();
    }

    /** Within both spreads, as they are printed. */
    boolean agrees() {
      return Math.abs(Math.log(times())) <= Math.log1p(Units.printed(before) / 100.0)
          + Math.log1p(Units.printed(now) / 100.0);
    }
  }

  private static Stream<Pair> pairs(BenchReport before, BenchReport now) {
    return now.rows().stream().flatMap(row -> now.names().stream().flatMap(device -> row.nanos(device)
        .flatMap(spread -> before.row(row.name()).flatMap(r -> r.nanos(device))
            .map(old -> new Pair(old, spread)))
        .stream()));
  }

  /** How many figures there are in both. */
  public static long common(BenchReport before, BenchReport now) {
    return pairs(before, now).count();
  }

  /** How many figures agree with the earlier ones within both spreads, as they are printed. */
  public static long agreeing(BenchReport before, BenchReport now) {
    return pairs(before, now).filter(Pair::agrees).count();
  }

  /**
   * What all figures did together, the median of their changes: {@code +4 %} where everything takes a little longer. A machine
   * whose clock has changed shows here, and a program that became slower everywhere.
   */
  public static String together(BenchReport before, BenchReport now) {
    double times = Spread.of(pairs(before, now).map(Pair::times).toList()).median();
    return String.format(Locale.ROOT, "%+.0f %%", 100 * (times - 1));
  }

  /** @throws JacquardException if an earlier report has nothing of what is to be measured */
  public static void requireCommon(Path file, BenchReport before, List<Workload> works,
      List<String> devices) {
    if (works.stream().flatMap(work -> before.row(work.name()).stream())
        .anyMatch(row -> devices.stream().anyMatch(device -> row.nanos(device).isPresent())))
      return;
    throw new JacquardException("--compare " + file + ": it has no figure of these workloads on "
        + String.join(", ", devices) + ". It was made on " + String.join(", ", before.names())
        + "; --only and --backends choose.");
  }

  /** Where the two were measured differently, so that a difference need not be the program's. */
  public static List<String> circumstances(BenchReport before, BenchReport now) {
    var lines = new ArrayList<String>();
    for (var key : List.of("processor", "cores", "Java", "options of the JVM", "precision", "processes",
        "rounds")) {
      var old = value(before, key);
      var present = value(now, key);
      if (!old.equals(present))
        lines.add("Note: the earlier report has " + key + " '" + old + "', this one '" + present + "'.");
    }
    for (var device : now.devices()) {
      before.devices().stream().filter(old -> old.name().equals(device.name()))
          .filter(old -> !old.description().equals(device.description())).findFirst()
          .ifPresent(old -> lines.add("Note: in the earlier report " + device.name() + " is '"
              + old.description() + "', in this one '" + device.description() + "'."));
    }
    return lines;
  }

  private static String value(BenchReport report, String key) {
    return report.machine().getOrDefault(key, report.method().getOrDefault(key, "not said"));
  }

  private static boolean isSlower(Cell.Measured before, Cell.Measured now) {
    double longer = Math.log(now.nanos().median() / before.nanos().median());
    if (longer <= Math.log1p(LEAST)) return false;
    if (before.processes().size() > 1 && now.processes().size() > 1)
      return now.isApartFrom(before, 1 + APART);
    return longer > Math.hypot(Math.log1p(before.nanos().share()), Math.log1p(now.nanos().share()));
  }
}
