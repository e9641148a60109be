package io.jacquard.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.train.Precision;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A process of its own to measure in: a real one, what it answers, and one that ends. */
class ForkTest {
  private static final Fork.Settings SETTINGS = new Fork.Settings(Precision.FLOAT32,
      new Rounds(4, 1e-4, 1e-3),
      1, List.of("cpu"));
  private static final Workload WORK = Workloads.named(Pattern.compile("one number there")).getFirst();
  private static final List<String> CPU = List.of("cpu");

  @Test
  void measuresInAnotherProcess() {
    try (var fork = Fork.start(SETTINGS)) {
      assertEquals(Map.of(), fork.warmUp(WORK, CPU).missing());
      var taken = fork.take(WORK, CPU);
      assertEquals(Map.of(), taken.missing());
      var visits = taken.visits().get("cpu");
      assertEquals(1, visits.size());
      assertTrue(!visits.getFirst().isEmpty() && visits.getFirst().stream().allMatch(nanos -> nanos > 0));
    }
  }

  @Test
  void settingsArePassedOn() {
    assertEquals(SETTINGS, Fork.Settings.of(SETTINGS.arguments().toArray(String[]::new)));
  }

  @Test
  void answersByLines() throws IOException {
    var answers = new ByteArrayOutputStream();
    var settings = new Fork.Settings(Precision.FLOAT32, SETTINGS.rounds(), 1, List.of("cpu", "nonsense"));
    ForkMain.serve(settings, new BufferedReader(new StringReader("warm\t" + WORK.name() + "\tcpu\n"
        + "take\t" + WORK.name() + "\tcpu,nonsense\nquit\nwarm\n")),
        new PrintStream(answers, true, StandardCharsets.UTF_8));
    var lines = answers.toString(StandardCharsets.UTF_8).lines().toList();
    assertEquals(2, lines.size(), "none after quit");
    assertTrue(
        Fork.taken(lines.getFirst()).visits().getOrDefault("cpu", List.of(List.of())).getFirst().isEmpty(),
        lines::toString);
    var taken = Fork.taken(lines.getLast());
    assertEquals(List.of("cpu"), List.copyOf(taken.visits().keySet()));
    assertTrue(taken.missing().get("nonsense").startsWith("There is no backend 'nonsense'"), lines::toString);
  }

  @Test
  void answersThereAndBack() {
    var rounds = new LinkedHashMap<String, List<Double>>();
    rounds.put("cpu", List.of(1.5, 2e9));
    rounds.put("opencl:1", List.of());
    var missing = new LinkedHashMap<String, String>();
    missing.put("cuda", "no\tmemory\nleft");
    var back = Fork.taken(Fork.answer(Taken.of(rounds, missing)));
    assertEquals(Taken.of(rounds, new LinkedHashMap<>(Map.of("cuda", "no memory left"))), back);
    assertEquals(Taken.of(new LinkedHashMap<>(), new LinkedHashMap<>()), Fork.taken(""));
  }

  /** A driver that takes its process with it is a row with that reason, and no end of everything. */
  @Test
  void aProcessThatEnds() {
    assertEnds("exit 3", "ended with exit code 3: no such chip");
    assertEnds("kill -6 $$",
        "was ended by signal 6, as native code such as a driver's is when it fails: no such chip");
  }

  private static void assertEnds(String how, String expected) {
    var says = "echo 'no such chip' >&2; echo 'Compiling ...' >&2; sleep 0.05; " + how;
    try (var fork = Fork.start(List.of("sh", "-c", says))) {
      for (int i = 0; i < 2; i++)
        assertEquals(Map.of("cpu", "the process that measured it " + expected),
            fork.take(WORK, CPU).missing());
    }
  }

  @Test
  void aProcessThatCannotBeStarted() {
    var e = assertThrows(JacquardException.class, () -> Fork.start(List.of("/nowhere/java")));
    assertTrue(e.getMessage().contains("/nowhere/java cannot be started")
        && e.getMessage().contains("--forks 0"), e.getMessage());
  }
}
