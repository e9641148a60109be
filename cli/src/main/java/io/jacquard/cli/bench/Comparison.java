package io.jacquard.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Finds what takes longer than before. The rule: the median is longer by more than {@value #LEAST} of the old one, and by
 * more than what both spreads together allow, the root of the sum of their squares (of their logarithms, as factors).
 *
 * <pre>{@code
 * Comparison.slower(ReportFile.read(old), report).forEach(IO::println);
 * }</pre>
 */
public final class Comparison {
  /** Two runs of the same program compile it a little differently; less says nothing. */
  static final double LEAST = 0.12;

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
        var spread = row.nanos(device);
        var old = before.row(row.name()).flatMap(r -> r.nanos(device));
        if (spread.isPresent() && old.isPresent() && isSlower(old.get(), spread.get()))
          found.add(new Slower(row.name(), device, old.get(), spread.get()));
      }
    }
    return found;
  }

  /** How many figures there are in both. */
  public static long common(BenchReport before, BenchReport now) {
    return now.rows().stream()
        .mapToLong(row -> now.names().stream().filter(device -> row.nanos(device).isPresent()
            && before.row(row.name()).flatMap(r -> r.nanos(device)).isPresent()).count())
        .sum();
  }

  /** How many figures agree with the earlier ones within both spreads, as they are printed. */
  public static long agreeing(BenchReport before, BenchReport now) {
    return now.rows().stream()
        .mapToLong(row -> now.names().stream().filter(device -> row.nanos(device).isPresent()
            && before.row(row.name()).flatMap(r -> r.nanos(device))
                .filter(old -> agree(old, row.nanos(device).orElseThrow())).isPresent())
            .count())
        .sum();
  }

  private static boolean agree(Spread a, Spread b) {
    double apart = Math.abs(Math.log(a.median() / b.median()));
    return apart <= Math.log1p(Units.printed(a) / 100.0) + Math.log1p(Units.printed(b) / 100.0);
  }

  /** Where the two were measured differently, so that a difference need not be the program's. */
  public static List<String> circumstances(BenchReport before, BenchReport now) {
    var lines = new ArrayList<String>();
    for (var key : List.of("processor", "cores", "Java", "options of the JVM", "precision", "rounds")) {
      var old = value(before, key);
      var present = value(now, key);
      if (!old.equals(present))
        lines.add("Note: the earlier report has " + key + " '" + old + "', this one '" + present + "'.");
    }
    return lines;
  }

  private static String value(BenchReport report, String key) {
    return report.machine().getOrDefault(key, report.method().getOrDefault(key, "not said"));
  }

  private static boolean isSlower(Spread before, Spread now) {
    double noise = Math.hypot(Math.log1p(before.share()), Math.log1p(now.share()));
    return Math.log(now.median() / before.median()) > Math.max(Math.log1p(LEAST), noise);
  }
}
