package io.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jacquard.inspect.Moment;
import io.jacquard.tensor.Where.Part;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trace of given moments; {@link ProfileOptionTest} has one of a training. */
class TraceFileTest {
  @TempDir
  private Path folder;

  private static Moment moment(Part part, String what, String layer, long begin, long nanos) {
    return new Moment(Moment.Kind.COMPUTE, part, what, layer, begin, nanos, 0);
  }

  /** Times that are no whole microseconds, and follow each other without a gap. */
  @Test
  void partsAndLayersEncloseTheirOperations() throws IOException {
    var file = folder.resolve("trace.json");
    TraceFile.write(file, "a run", List.of(moment(Part.FORWARD, "linear", "1 Linear", 100, 201),
        moment(Part.FORWARD, "relu", "2 ReLU", 301, 99), moment(Part.FORWARD, "add", "", 400, 1),
        moment(Part.BACKWARD, "relu", "2 ReLU", 401, 333),
        moment(Part.BACKWARD, "linear", "1 Linear", 734, 7)));
    assertEquals(List.of("forward 100..401", "backward 401..741", "1 Linear 100..301", "2 ReLU 301..400",
        "2 ReLU 401..734", "1 Linear 734..741", "linear 100..301", "relu 301..400", "add 400..401",
        "relu 401..734", "linear 734..741"),
        TraceRules.check(file).stream().map(s -> s.name() + " " + s.begin() + ".." + s.end()).toList());
  }

  @Test
  void aProfileWithoutMoments() throws IOException {
    var file = folder.resolve("trace.json");
    TraceFile.write(file, "a run", List.of());
    assertEquals(List.of(), TraceRules.check(file));
  }

  /** The rules are no formality. */
  @Test
  void slicesThatOverlapInPartAreFound() {
    assertThrows(AssertionError.class, () -> TraceRules.check(trace(slice(0, 10), slice(5, 10))));
    assertThrows(AssertionError.class, () -> TraceRules.check(trace(slice(-1, 10))));
    assertThrows(AssertionError.class, () -> TraceRules.check(trace(slice(0, Double.NaN))));
    assertEquals(3, TraceRules.check(trace(slice(0, 10), slice(2, 8), slice(10, 1))).size());
  }

  private static Map<String, Object> slice(double begin, double micros) {
    return Map.of("name", "x", "cat", "y", "ph", "X", "pid", 1L, "tid", 1L, "ts", begin, "dur", micros);
  }

  private static Map<String, Object> trace(Object... slices) {
    var events = new ArrayList<Object>(List.of(slices));
    events.add(Map.of("name", "process_name", "ph", "M", "pid", 1L, "tid", 0L, "args", Map.of("name", "p")));
    events.add(Map.of("name", "thread_name", "ph", "M", "pid", 1L, "tid", 1L, "args", Map.of("name", "t")));
    return Map.of("displayTimeUnit", "ms", "traceEvents", events);
  }
}
