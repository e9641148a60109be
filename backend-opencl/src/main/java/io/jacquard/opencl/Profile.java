package io.jacquard.opencl;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jocl.CL;
import org.jspecify.annotations.Nullable;

/**
 * How long kernels take on the device, by its own clock: each launch leaves an event, which is read when the host next
 * waits. {@code -Djacquard.opencl.profile=true} prints a table of it when a device is closed.
 */
final class Profile implements AutoCloseable {
  static final String PROPERTY = "jacquard.opencl.profile";
  private static final int EVENTS = 4096;

  /** Launches of a kernel, and their nanoseconds together. */
  record Line(long launches, long nanos) {}

  private final Cl cl;
  private final Consumer<String> print;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment events = arena.allocate(EVENTS * 8L, 8);
  private final MemorySegment time = arena.allocate(8, 8);
  private final String[] names = new String[EVENTS];
  private final Map<String, Line> lines = new LinkedHashMap<>();
  private int count;
  private long unread;

  /** @param print gets the table when the device is closed */
  Profile(Cl cl, Consumer<String> print) {
    this.cl = cl;
    this.print = print;
  }

  /** One that prints, if the user has asked for it; null otherwise. */
  static @Nullable Profile wanted() {
    return Boolean.getBoolean(PROPERTY) ? new Profile(Cl.NATIVE, System.err::println) : null;
  }

  /** Where the next launch puts its event; 0 if there is no room until the host waits. */
  long place() {
    return count == EVENTS ? 0 : events.address() + count * 8L;
  }

  /** Tells of a launch for which {@link #place} was asked. */
  void launched(String kernel) {
    if (count == EVENTS)
      unread++;
    else
      names[count++] = kernel;
  }

  /** Reads the events; to be called when the queue is known to be empty. */
  void collect() {
    for (int i = 0; i < count; i++) {
      long event = events.getAtIndex(JAVA_LONG, i);
      long begin = at(event, CL.CL_PROFILING_COMMAND_START);
      long nanos = at(event, CL.CL_PROFILING_COMMAND_END) - begin;
      lines.merge(names[i], new Line(1, nanos),
          (a, b) -> new Line(a.launches + b.launches, a.nanos + b.nanos));
      cl.releaseEvent(event);
    }
    count = 0;
  }

  private long at(long event, int what) {
    return cl.eventTime(event, what, time.address()) == CL.CL_SUCCESS ? time.get(JAVA_LONG, 0) : 0;
  }

  /** By the names of kernels. */
  Map<String, Line> lines() {
    return lines;
  }

  String table() {
    long total = Math.max(1, lines.values().stream().mapToLong(Line::nanos).sum());
    var text = new StringBuilder(
        String.format(Locale.ROOT, "%-24s %10s %12s %12s %6s%n", "Kernel", "launches", "ms", "us/launch",
            "share"));
    lines.entrySet().stream().sorted(Comparator.comparingLong(e -> -e.getValue().nanos))
        .forEach(e -> text.append(String.format(Locale.ROOT, "%-24s %,10d %,12.2f %,12.2f %5.1f%%%n",
            e.getKey(),
            e.getValue().launches, e.getValue().nanos / 1e6, e.getValue().nanos / 1e3 / e.getValue().launches,
            100.0 * e.getValue().nanos / total)));
    if (unread > 0) text.append(String.format(Locale.ROOT, "%,d launches are not in this table.%n", unread));
    return text.toString().stripTrailing();
  }

  @Override
  public void close() {
    collect();
    print.accept(table());
    arena.close();
  }
}
