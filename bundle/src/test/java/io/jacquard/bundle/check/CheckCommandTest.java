package io.jacquard.bundle.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CheckCommandTest {
  @TempDir
  Path folder;

  @Test
  void aFewCasesOnTheCpu() throws Exception {
    var json = folder.resolve("check.json");
    int code = new CommandLine(new CheckCommand()).execute("--backend", "cpu", "--no-facts", "--share", "8",
        "--only", "backend (casts|memory)", "--seconds", "120", "--json", json.toString());
    var text = Files.readString(json);
    assertEquals(0, code, text);
    assertTrue(text.contains("\"verdict\" : \"PASSED: "), text);
    assertTrue(text.contains("\"group\" : \"backend casts\""), text);
  }

  @Test
  void anOptionThatMakesNoSenseIsTold() {
    int code = new CommandLine(new CheckCommand()).execute("--backend", "cpu", "--no-facts", "--seconds",
        "0", "--json", folder.resolve("check.json").toString());
    assertEquals(2, code);
  }

  private static Event event(Event.Kind kind, String label, String id, String text) {
    return new Event(kind, "group of " + label, label, id, text, 1);
  }

  @Test
  void anEventIsALineAndBack() {
    var event = event(Event.Kind.FAILED, "tensors views", "#1", "a\tb\nc \\n \r, expected 1\\t");
    assertEquals(event, Event.parse(event.line()).orElseThrow());
    assertTrue(Event.parse("WARNING: anything").isEmpty());
    assertTrue(Event.parse(event.line().substring(0, 30)).isEmpty());
    assertTrue(Event.parse("@jacquard\tBEGIN\tg\tl\ti\tt\tcut").isEmpty());
  }

  @Test
  void aGroupHasItsLineWhenAllProcessesAreThroughWithIt() {
    var lines = new ArrayList<String>();
    var results = new Results(2, lines::add);
    results.take(0, event(Event.Kind.PASSED, "backend map", "#1", "one"));
    results.take(1, event(Event.Kind.FAILED, "backend map", "#2", "two: [3]: expected 1, but was 2"));
    assertEquals(List.of("  FAILED  backend map, two: [3]: expected 1, but was 2"), lines);
    results.take(0, event(Event.Kind.GROUP_DONE, "backend map", "", ""));
    assertEquals(1, lines.size());
    results.take(1, event(Event.Kind.GROUP_DONE, "backend map", "", ""));
    assertTrue(lines.getLast().startsWith("FAILED  backend map"), lines.getLast());
    assertTrue(lines.getLast().contains("1 passed"), lines.getLast());
    assertEquals(1, results.failed());
  }

  @Test
  void whatFailsInEachProcessIsToldOnce() {
    var lines = new ArrayList<String>();
    var results = new Results(2, lines::add);
    for (int part = 0; part < 2; part++)
      results.take(part, event(Event.Kind.FAILED, "backend", "", "could not be run: no device"));
    assertEquals(1, lines.size());
    assertEquals(2, results.failed());
  }

  @Test
  void casesGoToOneProcessEachAndNeighboursTogether() {
    for (int i = 1; i < 100; i++) {
      var id = "[test-factory:x]/[dynamic-test:#" + i + "]";
      int owners = 0;
      for (int part = 0; part < 3; part++)
        if (choice(part, 3, 1).takes(id, "backend map", "case " + i)) owners++;
      assertEquals(1, owners);
      assertEquals(i / 8 % 3 == 0, choice(0, 3, 1).takes(id, "backend map", "case " + i));
    }
    assertTrue(choice(0, 1, 1000).takes("[class:x]/[method:m()]", "convergence", "m()"));
  }

  private static Slice.Choice choice(int part, int parts, int oneIn) {
    return new Slice.Choice(part, parts, oneIn, java.util.regex.Pattern.compile(""), java.util.Set.of());
  }

  /** A device that is not there: each process says so, and the check is none. */
  @Test
  void aDeviceThatIsMissingFails() throws Exception {
    var lines = new ArrayList<String>();
    var results = new Results(1, lines::add);
    var problems = new Crew(new Crew.Orders("opencl:77", 1, 1, "backend casts", Duration.ofSeconds(60)),
        results, folder,
        System.nanoTime() + 60_000_000_000L).run();
    assertTrue(results.failed() > 0 || !problems.isEmpty(), "lines " + lines + ", problems " + problems);
    assertEquals(0, results.passed());
  }
}
