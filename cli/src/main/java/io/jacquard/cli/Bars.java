package io.jacquard.cli;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Probabilities as bars, the most likely class first:
 *
 * <pre>
 * seven.png: 7
 *   7  ███████████████████████████     91.2 %
 *   9  ██                               7.0 %
 *   2                                   1.1 %
 *   the other 7                         0.7 %
 * </pre>
 */
final class Bars {
  /** How many classes are shown when only the likely ones matter. */
  static final int TOP = 3;
  private static final int WIDTH = 30;

  private Bars() {}

  /** @param shown the number of classes with a line of their own; the rest is one line together */
  static String text(String title, List<String> classes, float[] probabilities, int shown) {
    var order = IntStream.range(0, classes.size()).boxed()
        .sorted(Comparator.comparing((Integer i) -> -probabilities[i])).toList();
    int name = classes.stream().mapToInt(String::length).max().orElse(0);
    var text = new StringBuilder(title).append(": ").append(classes.get(order.getFirst()));
    double rest = 1;
    for (int i : order.subList(0, Math.min(shown, order.size()))) {
      text.append(line(classes.get(i), name, "█".repeat(Math.round(WIDTH * probabilities[i])),
          probabilities[i]));
      rest -= probabilities[i];
    }
    if (shown < order.size())
      text.append(line("the other " + (order.size() - shown), name, "", Math.max(0, rest)));
    return text.toString();
  }

  private static String line(String label, int name, String bar, double probability) {
    int room = Math.max(0, name - label.length()) + 2;
    int used = label.length() + room + bar.length();
    return "\n  " + label + " ".repeat(room) + bar + " ".repeat(Math.max(1, name + 3 + WIDTH - used))
        + String.format(Locale.ROOT, "%6.1f %%", 100 * probability);
  }
}
