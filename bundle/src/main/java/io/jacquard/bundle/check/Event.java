package io.jacquard.bundle.check;

import java.util.Optional;

/**
 * What a worker tells whoever started it, a line each. All that does not read like one is a library's talk.
 *
 * @param kind what happened
 * @param group the number of the group in its process, the same in all of them; empty where it is no group's
 * @param label the group's name for people; for {@link Kind#FACT} that of the fact
 * @param id which case, the same in every process
 * @param text the case's name and, after a failure, what was expected; or the reason for which it was left out
 * @param nanos how long it took
 */
record Event(Kind kind, String group, String label, String id, String text, long nanos) {
  enum Kind {
    /** A case begins. If nothing follows, it brought its process down. */
    BEGIN,
    PASSED, SKIPPED, FAILED,
    /** All of a group's cases that are this process's have run. */
    GROUP_DONE,
    /** All is done. */
    DONE
  }

  private static final String MARK = "@jacquard";

  String line() {
    return String.join("\t", MARK, kind.name(), escaped(group), escaped(label), escaped(id), escaped(text),
        Long.toString(nanos));
  }

  /** Empty for a line that is none. */
  static Optional<Event> parse(String line) {
    var parts = line.split("\t", -1);
    if (parts.length != 7 || !parts[0].equals(MARK)) return Optional.empty();
    try {
      return Optional.of(new Event(Kind.valueOf(parts[1]), plain(parts[2]), plain(parts[3]), plain(parts[4]),
          plain(parts[5]), Long.parseLong(parts[6])));
    } catch (IllegalArgumentException _) {
      return Optional.empty(); // a line that was cut short when its process ended
    }
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r");
  }

  private static String plain(String text) {
    var plain = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length()) {
        char next = text.charAt(++i);
        plain.append(switch (next) {
          case 't' -> '\t';
          case 'n' -> '\n';
          case 'r' -> '\r';
          default -> next;
        });
      } else {
        plain.append(c);
      }
    }
    return plain.toString();
  }
}
