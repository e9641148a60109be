package io.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the Trace Event Format asks of a file of complete events, of which viewers show the breach in odd ways: phases, places,
 * times, names of lines, and slices of a line that lie within each other or apart, to the nanosecond.
 */
final class TraceRules {
  /** A complete event, in nanoseconds. */
  record Slice(String name, String category, long line, long begin, long nanos, Map<?, ?> args) {
    long end() {
      return begin + nanos;
    }
  }

  private static final Set<String> TOP = Set.of("traceEvents", "displayTimeUnit", "otherData");
  private static final Set<String> METADATA = Set.of("process_name", "thread_name");

  private TraceRules() {}

  /** Checks a file, and gives its slices. */
  static List<Slice> check(Path file) throws IOException {
    return check(Json.read(file));
  }

  static List<Slice> check(Map<?, ?> trace) {
    assertTrue(TOP.containsAll(trace.keySet()), () -> "known keys: " + trace.keySet());
    assertTrue(Set.of("ms", "ns").contains(trace.get("displayTimeUnit")), "a unit for display");
    var slices = new ArrayList<Slice>();
    var named = new HashSet<List<?>>();
    List<?> events = assertInstanceOf(List.class, trace.get("traceEvents"));
    for (var one : events) {
      Map<?, ?> event = assertInstanceOf(Map.class, one);
      assertEquals(1L, event.get("pid"), event::toString);
      assertInstanceOf(Long.class, event.get("tid"), event::toString);
      switch (text(event, "ph")) {
        case "M" -> {
          assertTrue(METADATA.contains(text(event, "name")), event::toString);
          text(assertInstanceOf(Map.class, event.get("args")), "name");
          assertTrue(named.add(List.of(event.get("name"), event.get("tid"))), () -> "named twice: " + event);
        }
        case "X" -> slices.add(new Slice(text(event, "name"), text(event, "cat"), (Long) event.get("tid"),
            nanos(event, "ts"), nanos(event, "dur"),
            event.containsKey("args") ? assertInstanceOf(Map.class, event.get("args")) : Map.of()));
        default -> throw new AssertionError("neither complete nor metadata: " + event);
      }
    }
    assertTrue(named.contains(List.of("process_name", 0L)), "the process has a name");
    var lines = new LinkedHashMap<Long, List<Slice>>();
    for (var slice : slices) lines.computeIfAbsent(slice.line, _ -> new ArrayList<>()).add(slice);
    lines.forEach((line, all) -> {
      assertTrue(named.contains(List.of("thread_name", line)), () -> "line " + line + " has a name");
      requireNesting(all);
    });
    return slices;
  }

  private static String text(Map<?, ?> map, String key) {
    var text = assertInstanceOf(String.class, map.get(key), () -> key + " of " + map);
    assertTrue(!text.isEmpty(), () -> key + " of " + map);
    return text;
  }

  private static long nanos(Map<?, ?> event, String key) {
    double micros = assertInstanceOf(Number.class, event.get(key), () -> key + " of " + event).doubleValue();
    assertTrue(Double.isFinite(micros) && micros >= 0, () -> key + " of " + event);
    return Math.round(1e3 * micros);
  }

  /** Each lies within the one that is open, or begins when that has ended. */
  private static void requireNesting(List<Slice> slices) {
    var open = new ArrayDeque<Slice>();
    var order = Comparator.comparingLong(Slice::begin).thenComparing(Slice::nanos, Comparator.reverseOrder());
    for (var slice : slices.stream().sorted(order).toList()) {
      while (!open.isEmpty() && open.peek().end() <= slice.begin) open.pop();
      assertTrue(open.isEmpty() || slice.end() <= open.peek().end(),
          () -> slice + " partly overlaps " + open.peek());
      open.push(slice);
    }
  }
}
