package io.jacquard.cli;

import io.jacquard.inspect.Moment;
import io.jacquard.io.AtomicFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A profile as a file for ui.perfetto.dev and chrome://tracing, in the Trace Event Format: complete events ("ph": "X") with
 * times in microseconds, on three lines: parts of steps, layers, and operations.
 */
final class TraceFile {
  private static final int PARTS = 1;
  private static final int LAYERS = 2;
  private static final int OPERATIONS = 3;

  private TraceFile() {}

  static void write(Path file, String process, List<Moment> moments) {
    var events = new ArrayList<Map<String, Object>>();
    events.add(name("process_name", 0, process));
    events.add(name("thread_name", PARTS, "parts"));
    events.add(name("thread_name", LAYERS, "layers"));
    events.add(name("thread_name", OPERATIONS, "operations"));
    for (int i = 0, end; i < moments.size(); i = end) {
      end = run(moments, i, false);
      events.add(
          event(String.valueOf(moments.get(i).part()), "part", PARTS, moments.get(i), moments.get(end - 1)));
    }
    for (int i = 0, end; i < moments.size(); i = end) {
      end = run(moments, i, true);
      var first = moments.get(i);
      if (!first.layer().isEmpty())
        events.add(event(first.layer(), String.valueOf(first.part()), LAYERS, first, moments.get(end - 1)));
    }
    for (var moment : moments) {
      var event = event(moment.what(), moment.kind().name().toLowerCase(Locale.ROOT), OPERATIONS, moment,
          moment);
      var args = new LinkedHashMap<String, Object>();
      args.put("part", String.valueOf(moment.part()));
      if (!moment.layer().isEmpty()) args.put("layer", moment.layer());
      if (moment.bytes() > 0) args.put("bytes", moment.bytes());
      event.put("args", args);
      events.add(event);
    }
    var trace = new LinkedHashMap<String, Object>();
    trace.put("displayTimeUnit", "ms");
    trace.put("traceEvents", events);
    AtomicFile.write(file, Json.bytes(trace));
  }

  /** The end of the moments from {@code begin} on that are of one part, and of one layer, if that counts, too. */
  private static int run(List<Moment> moments, int begin, boolean layer) {
    var first = moments.get(begin);
    int end = begin + 1;
    while (end < moments.size() && moments.get(end).part() == first.part()
        && (!layer || moments.get(end).layer().equals(first.layer())))
      end++;
    return end;
  }

  private static Map<String, Object> name(String what, int line, String name) {
    var event = new LinkedHashMap<String, Object>();
    event.put("name", what);
    event.put("ph", "M");
    event.put("pid", 1);
    event.put("tid", line);
    event.put("args", Map.of("name", name));
    return event;
  }

  private static Map<String, Object> event(String name, String category, int line, Moment first,
      Moment last) {
    var event = new LinkedHashMap<String, Object>();
    event.put("name", name);
    event.put("cat", category);
    event.put("ph", "X");
    event.put("pid", 1);
    event.put("tid", line);
    event.put("ts", first.begin() / 1e3);
    event.put("dur", (last.begin() + last.nanos() - first.begin()) / 1e3);
    return event;
  }
}
