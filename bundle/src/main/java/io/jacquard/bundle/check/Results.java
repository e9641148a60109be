package io.jacquard.bundle.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** What came of the cases, by groups; prints a line for a group as soon as all processes are through with it. */
final class Results {
  /** Failures that are printed, of each group; the file has all. */
  private static final int SHOWN = 5;
  private static final int LONGEST = 600;

  private static final class Group {
    final String label;
    final TreeSet<Integer> doneBy = new TreeSet<>();
    int passed;
    int skipped;
    int failed;
    long nanos;
    boolean printed;

    Group(String label) {
      this.label = label;
    }
  }

  /** A case that failed. */
  record Failure(String label, String text) {}

  private final int processes;
  private final Consumer<String> print;
  private final SequencedMap<String, Group> groups = new LinkedHashMap<>();
  private final LinkedHashSet<Failure> failures = new LinkedHashSet<>();
  private final Map<String, Integer> shown = new TreeMap<>();
  private final Map<String, Integer> reasons = new TreeMap<>();

  Results(int processes, Consumer<String> print) {
    this.processes = processes;
    this.print = print;
  }

  /** Takes in what process {@code part} said. */
  synchronized void take(int part, Event event) {
    switch (event.kind()) {
      case BEGIN, DONE -> {
      }
      case PASSED -> group(event).passed++;
      case SKIPPED -> {
        group(event).skipped++;
        reasons.merge(event.text(), 1, Integer::sum);
      }
      case FAILED -> fail(event);
      case GROUP_DONE -> {
        var group = groups.computeIfAbsent(event.group(), _ -> new Group(""));
        group.doneBy.add(part);
        if (group.doneBy.size() == processes) print(group);
      }
    }
    if (event.nanos() > 0) group(event).nanos += event.nanos();
  }

  private Group group(Event event) {
    var known = groups.get(event.group());
    if (known != null && !known.label.isEmpty()) return known;
    var named = new Group(event.label());
    if (known != null) named.doneBy.addAll(known.doneBy);
    groups.put(event.group(), named);
    return named;
  }

  private void fail(Event event) {
    var group = group(event);
    group.failed++;
    var failure = new Failure(event.label(), event.text());
    if (!failures.add(failure)) return; // of another process, the same: no device could be opened
    int already = shown.merge(event.label(), 1, Integer::sum);
    if (already <= SHOWN) print.accept("  FAILED  " + event.label() + ", " + cut(event.text()));
    if (already == SHOWN + 1) print.accept("  FAILED  " + event.label() + ": and more, see the file");
  }

  private static String cut(String text) {
    var flat = text.replaceAll("\\s*\\R\\s*", " | ");
    return flat.length() <= LONGEST ? flat : flat.substring(0, LONGEST) + " ...";
  }

  private void print(Group group) {
    if (group.printed || group.passed + group.skipped + group.failed == 0) return;
    group.printed = true;
    print.accept(line(group));
  }

  private static String line(Group group) {
    return String.format(Locale.ROOT, "%-8s%-46s %6d passed%s%s %9.1f s", group.failed > 0 ? "FAILED" : "ok",
        group.label, group.passed,
        group.skipped > 0 ? String.format(", %5d skipped", group.skipped) : "               ",
        group.failed > 0 ? ", " + group.failed + " failed" : "", group.nanos * 1e-9);
  }

  /** Prints groups with which not all processes were done. */
  synchronized void printUnfinished() {
    for (var group : groups.values()) {
      if (!group.printed && group.passed + group.skipped + group.failed > 0)
        print.accept(line(group) + ", not finished");
    }
  }

  synchronized int passed() {
    return groups.values().stream().mapToInt(g -> g.passed).sum();
  }

  synchronized int skipped() {
    return groups.values().stream().mapToInt(g -> g.skipped).sum();
  }

  synchronized int failed() {
    return groups.values().stream().mapToInt(g -> g.failed).sum();
  }

  /** How many cases were left out, by reasons. */
  synchronized Map<String, Integer> reasons() {
    return new TreeMap<>(reasons);
  }

  /** As JSON writes it. */
  synchronized Map<String, Object> json() {
    var all = new ArrayList<Map<String, Object>>();
    for (var group : groups.values()) {
      if (group.passed + group.skipped + group.failed == 0) continue;
      var one = new LinkedHashMap<String, Object>();
      one.put("group", group.label);
      one.put("passed", group.passed);
      one.put("skipped", group.skipped);
      one.put("failed", group.failed);
      one.put("seconds", group.nanos * 1e-9);
      one.put("finished", group.doneBy.size() == processes);
      all.add(one);
    }
    var json = new LinkedHashMap<String, Object>();
    json.put("passed", passed());
    json.put("skipped", skipped());
    json.put("failed", failed());
    json.put("groups", all);
    json.put("failures", List.copyOf(failures.stream()
        .map(f -> Map.of("group", f.label(), "text", f.text())).toList()));
    json.put("skippedFor", reasons());
    return json;
  }
}
