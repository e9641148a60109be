package io.jacquard.cli;

import io.jacquard.inspect.SideBySide;
import io.jacquard.inspect.Tally;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The calls of a step that was run side by side, with the largest error of each kind. */
final class VerifyTable {
  private VerifyTable() {}

  static String text(SideBySide all) {
    var tallies = all.tallies();
    int call = width("Operation", tallies.stream().map(Tally::call).toList());
    int device = width("On", tallies.stream().map(Tally::device).toList());
    var form = "%-" + call + "s  %-" + device + "s  %5s  %6s  %s";
    var text = new StringBuilder(form.formatted("Operation", "On", "Calls", "Differ", "Largest error"));
    tallies.stream()
        .sorted(Comparator.comparing(Tally::device).thenComparing(Tally::worst, Comparator.reverseOrder()))
        .forEach(t -> text.append('\n').append(form.formatted(t.call(), t.device(), t.calls(),
            t.differing() == 0 ? "" : t.differing(), error(t.worst())).stripTrailing()));
    int differing = tallies.stream().mapToInt(Tally::differing).sum();
    return text.append(differing == 0
        ? "\nAll " + all.calls() + " calls agree."
        : "\n" + differing + " of " + all.calls() + " calls differ by more than they may.").toString();
  }

  private static int width(String head, List<String> cells) {
    return Math.max(head.length(), cells.stream().mapToInt(String::length).max().orElse(0));
  }

  private static String error(double worst) {
    if (worst == 0) return "none";
    return worst >= 1e6
        ? "far beyond what is allowed"
        : String.format(Locale.ROOT,
            worst < 0.1 ? "%.1f %% of what is allowed" : "%.0f %% of what is allowed", 100 * worst);
  }
}
