package io.jacquard.bundle.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Outcomes for people: a line each, with ratios and goals. */
final class Table {
  private final boolean judged;
  /** Rows whose bandwidth is held against that of the copy. */
  private double copy = Double.NaN;
  private int reached;
  private int missed;

  /** @param judged whether figures are held against the goals, which are for CUDA and full sizes */
  Table(boolean judged) {
    this.judged = judged;
  }

  /** The line of an outcome; the copy comes before those that are held against it. */
  String line(Outcome outcome) {
    var race = outcome.race();
    var text = new StringBuilder(
        String.format(Locale.ROOT, "%-52s %-9s", shortened(race.work().name()), race.precision()));
    var ours = outcome.nanos().get(Outcome.OURS);
    text.append(String.format(Locale.ROOT, " %12s", ours == null ? "not there" : time(ours.median())));
    if (ours != null && ours.count() > 1)
      text.append(String.format(Locale.ROOT, " +-%3.0f%%", 100 * ours.share()));
    var rest = new ArrayList<String>();
    var why = outcome.missing().get(Outcome.OURS);
    if (why != null && !why.equals("not there")) rest.add(why);
    if (!Double.isNaN(outcome.teraflops(Outcome.OURS)))
      rest.add(String.format(Locale.ROOT, "%.3g TFLOP/s", outcome.teraflops(Outcome.OURS)));
    if (race.copyShare() > 0) rest.add(share(outcome));
    race.goals().forEach((way, goal) -> rest.add(against(outcome, way, goal)));
    if (!outcome.mebibytes().isEmpty()) rest.add(memory(outcome));
    return text + "  " + String.join("; ", rest);
  }

  private static String shortened(String name) {
    return name.length() <= 52 ? name : name.substring(0, 49) + "...";
  }

  private String share(Outcome outcome) {
    double rate = outcome.gigabytes(Outcome.OURS);
    if (Double.isNaN(rate)) return "";
    boolean measure = outcome.race().work().name().startsWith("copy ");
    if (measure) copy = rate;
    if (measure || Double.isNaN(copy)) return String.format(Locale.ROOT, "%,.0f GB/s", rate);
    return String.format(Locale.ROOT, "%,.0f GB/s, %.2f of a copy%s", rate, rate / copy,
        mark(rate / copy, outcome.race().copyShare()));
  }

  private String against(Outcome outcome, String way, double goal) {
    var theirs = outcome.nanos().get(way);
    if (theirs == null) return way + " " + outcome.missing().getOrDefault(way, "not there");
    double ratio = outcome.ratio(way);
    var text = way + " " + time(theirs.median());
    return Double.isNaN(ratio) ? text
        : text + String.format(Locale.ROOT, " = %.2f%s", ratio, goal > 0 ? mark(ratio, goal) : "");
  }

  private String memory(Outcome outcome) {
    var ours = outcome.mebibytes().get(Outcome.OURS);
    var theirs = outcome.mebibytes().get(Race.EAGER);
    if (ours == null || theirs == null) return "memory " + outcome.mebibytes();
    return String.format(Locale.ROOT, "memory %,.0f MiB by %,.0f = %.2f%s", ours, theirs, ours / theirs,
        mark(theirs / ours, 1 / 1.1));
  }

  private String mark(double value, double goal) {
    return judged ? String.format(Locale.ROOT, " (goal %.3g: %s)", goal, told(value >= goal)) : "";
  }

  private String told(boolean isReached) {
    if (isReached) reached++;
    else missed++;
    return isReached ? "reached" : "MISSED";
  }

  /** A single figure that must be below a goal, such as seconds. */
  String below(String what, double value, String unit, double goal) {
    var text = String.format(Locale.ROOT, "%-52s %9s %12s", what, "",
        String.format(Locale.ROOT, "%.3g %s", value, unit));
    return judged ? text + String.format(Locale.ROOT, "  (goal %.3g %s: %s)", goal, unit, told(value <= goal))
        : text;
  }

  /** How many goals were reached, of those that were measured. */
  String sum() {
    return judged ? reached + " goals reached, " + missed + " missed"
        : "The goals are for CUDA and full sizes";
  }

  static String time(double nanos) {
    for (var unit : List.of("ns", "us", "ms")) {
      if (nanos < 1000) return String.format(Locale.ROOT, "%.3g %s", nanos, unit);
      nanos /= 1000;
    }
    return String.format(Locale.ROOT, "%.3g s", nanos);
  }
}
