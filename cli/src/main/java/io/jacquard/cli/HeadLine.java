package io.jacquard.cli;

import io.jacquard.spi.Backends.Choice;
import java.util.stream.Collectors;

/** The first line of a run: which Jacquard, on what, from which seed, and why not on something else. */
final class HeadLine {
  private HeadLine() {}

  static String of(Choice choice, long seed) {
    var info = choice.device().info();
    return "Jacquard " + Version.jacquard() + " · JDK " + Version.jdk() + " · " + choice.device().name()
        + " ("
        + info.description() + ")"
        + (info.threads() == 0 ? "" : " · " + info.threads() + (info.threads() == 1 ? " thread" : " threads"))
        + " · seed " + seed + " · " + (choice.reasons().isEmpty()
            ? "backend as asked for"
            : choice.reasons().stream().map(HeadLine::whyNot).collect(Collectors.joining(", ")));
  }

  /** From {@code cuda: no driver was found} to {@code not cuda (no driver was found)}. */
  private static String whyNot(String reason) {
    int colon = reason.indexOf(": ");
    return "not " + reason.substring(0, colon) + " (" + reason.substring(colon + 2) + ")";
  }
}
