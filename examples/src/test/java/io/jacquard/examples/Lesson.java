package io.jacquard.examples;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What an example prints, and the numbers in it. */
record Lesson(List<String> lines) {
  /** Runs an example in this JVM; its numbers are written with a point, whatever the user's language. */
  static Lesson run(String name) throws ReflectiveOperationException {
    var type = Class.forName(name); // by name, since no source can name the class of a compact source file
    var constructor = type.getDeclaredConstructor();
    constructor.setAccessible(true);
    var main = type.getDeclaredMethod("main");
    main.setAccessible(true);
    var screen = System.out;
    var locale = Locale.getDefault();
    var printed = new ByteArrayOutputStream();
    try {
      Locale.setDefault(Locale.ROOT);
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      main.invoke(constructor.newInstance());
    } catch (InvocationTargetException e) {
      throw new AssertionError(name + " failed after it had printed\n" + printed, e.getCause());
    } finally {
      System.setOut(screen);
      Locale.setDefault(locale);
    }
    return new Lesson(printed.toString(StandardCharsets.UTF_8).lines().toList());
  }

  /** The only line that begins so, spaces around it left out. */
  String line(String beginning) {
    var found = lines.stream().map(String::strip).filter(line -> line.startsWith(beginning)).toList();
    if (found.size() != 1)
      throw new AssertionError(found.size() + " lines begin with '" + beginning + "' in " + this);
    return found.getFirst();
  }

  /** The lines from the one that begins so on. */
  Lesson from(String beginning) {
    int first = 0;
    while (!lines.get(first).startsWith(beginning)) first++;
    return new Lesson(lines.subList(first, lines.size()));
  }

  /** The lines before the one that begins so. */
  Lesson before(String beginning) {
    return new Lesson(lines.subList(0, lines.size() - from(beginning).lines.size()));
  }

  /** The number that follows a text in a line. */
  static double number(String line, String after) {
    var match = Pattern.compile(Pattern.quote(after) + "\\s*([-+]?[0-9.]+(?:e[-+]?[0-9]+)?)").matcher(line);
    if (!match.find()) throw new AssertionError("no number after '" + after + "' in: " + line);
    return Double.parseDouble(match.group(1));
  }

  @Override
  public String toString() {
    return "what was printed:\n" + String.join("\n", lines);
  }
}
