package io.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.inspect.Profiler;
import io.jacquard.spi.Backends;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --profile}: its table, and the trace beside the model. */
class ProfileOptionTest {
  @TempDir
  private Path folder;

  @Test
  void aTableAndATraceSayWhereTheTimeWent() throws IOException {
    var data = TinyMnist.in(folder.resolve("data"));
    var out = folder.resolve("run");
    var program = new Captured();
    assertEquals(0,
        program.run("train", "mnist", "--data", data.toString(), "--out", out.toString(), "--epochs", "2",
            "--model", "mlp", "--quiet", "--profile"),
        program.err());
    var printed = program.out();
    var head = Pattern.compile(
        "Profile of (\\d+) replayed steps, [\\d.]+ ms each; ([\\d.]+) % of the time is explained")
        .matcher(printed);
    assertTrue(head.find(), printed);
    assertTrue(Integer.parseInt(head.group(1)) >= 10, printed);
    // Of operations only the longest have a line, and which these are is not the same each time.
    for (var line : List.of("forward", "backward", "optimizer", "data wait", "transfers", "allocation",
        "host", "1 Linear\\(784, 128\\)", "linear"))
      assertTrue(Pattern.compile("(?m)^" + line + " +[\\d.]+ .*%").matcher(printed).find(),
          line + " in " + printed);
    assertEquals(100, shares(printed), 1.0, "parts add up to the whole");
    checkTrace(out.resolve(RunFolder.TRACE));
  }

  /** Of the first table. */
  private static double shares(String printed) {
    double sum = 0;
    var part = printed.substring(printed.indexOf("Part "), printed.indexOf("Layer "));
    var share = Pattern.compile("([\\d.]+) %").matcher(part);
    while (share.find()) sum += Double.parseDouble(share.group(1));
    return sum;
  }

  /** It follows the format, and each operation lies in its part of the step and in its layer. */
  private static void checkTrace(Path file) throws IOException {
    var slices = TraceRules.check(file);
    var names = new HashSet<String>();
    for (var slice : slices) {
      if (slice.line() != 3) continue;
      names.add(slice.name());
      assertEncloses(slices, 1, slice, slice.args().get("part"));
      if (slice.args().containsKey("layer")) assertEncloses(slices, 2, slice, slice.args().get("layer"));
    }
    assertTrue(names.containsAll(Set.of("linear", "relu", "upload", "download", "allocate")),
        names.toString());
  }

  private static void assertEncloses(List<TraceRules.Slice> slices, long line, TraceRules.Slice inner,
      Object name) {
    assertTrue(slices.stream().anyMatch(s -> s.line() == line && s.name().equals(name)
        && s.begin() <= inner.begin() && inner.end() <= s.end()), () -> name + " round " + inner);
  }

  @Test
  void ofNoStepThereIsNothingToSay() {
    var cpu = Backends.discover().open("cpu");
    try (var _ = cpu.backend()) {
      assertEquals("Profile: no step was done.", ProfileTable.text(new Profiler(cpu.backend())));
    }
  }
}
