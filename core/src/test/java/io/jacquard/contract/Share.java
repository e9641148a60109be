package io.jacquard.contract;

import static org.junit.jupiter.api.Assumptions.abort;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * How much of a contract a run takes: all of it or, where each case costs a compilation of many milliseconds, one case in
 * so many. Which ones follows from their names. With {@code -Djacquard.contract=whole} it is always all of it.
 *
 * <pre>{@code
 * protected Share share() {
 *   return Share.oneIn(8);
 * }
 * }</pre>
 *
 * <p>What is left out is reported as a skipped test that says how many cases and how to run them.
 */
public record Share(int parts) {
  public static final Share WHOLE = new Share(1);

  public static Share oneIn(int parts) {
    return "whole".equals(System.getProperty("jacquard.contract")) ? WHOLE : new Share(parts);
  }

  /** Those of the cases that are run, and one that says how many are not. */
  public Stream<DynamicTest> of(Stream<DynamicTest> cases) {
    if (parts == 1) return cases;
    List<DynamicTest> all = cases.toList();
    var chosen = all.stream().filter(c -> Math.floorMod(c.getDisplayName().hashCode(), parts) == 0).toList();
    int left = all.size() - chosen.size();
    var rest = DynamicTest.dynamicTest(left + " other cases",
        () -> abort("one case in " + parts + " was run; -Djacquard.contract=whole runs all of them"));
    return Stream.concat(chosen.stream(), Stream.of(rest));
  }
}
