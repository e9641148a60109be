package io.jacquard.kernels;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** The C files of this module: those that all kernels share, and the kernels themselves, whose {@code $words} are filled in. */
final class Dialect {
  private static final Map<String, String> FILES = new ConcurrentHashMap<>();

  private Dialect() {}

  /** A file's text. */
  static String file(String name) {
    return FILES.computeIfAbsent(name, Dialect::read);
  }

  private static String read(String name) {
    try (var in = Dialect.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }

  /** What comes before every kernel; a compiler's messages then name our files and their lines. */
  static String prelude(boolean float64, boolean halves, boolean random) {
    var text = new StringBuilder();
    include(text, "builtins.h");
    include(text, "prelude.h");
    include(text, "integers.h");
    include(text, "exponential.h");
    text.append(
        "#define REAL float\n#define NAMED(x) f32_##x\n#define MATH(x) F32(x)\n#define EXP(x) EXP_F32(x)\n");
    include(text, "floats.h");
    include(text, "functions.h");
    if (float64) {
      text.append("#undef REAL\n#undef NAMED\n#undef MATH\n#undef EXP\n");
      text.append(
          "#define REAL double\n#define NAMED(x) f64_##x\n#define MATH(x) F64(x)\n#define EXP(x) EXP_F64(x)\n");
      include(text, "floats.h");
    }
    if (halves) include(text, "halves.h");
    if (random) include(text, "philox.h");
    return text.toString();
  }

  private static void include(StringBuilder text, String name) {
    text.append("#line 1 \"").append(name).append("\"\n").append(file(name));
  }

  /** A kernel's file, with each {@code $word} replaced by its text; every word must be given. */
  static String fill(String name, Map<String, String> words) {
    var text = new StringBuilder("#line 1 \"" + name + "\"\n");
    var template = file(name);
    int from = 0;
    for (int at = template.indexOf('$'); at >= 0; at = template.indexOf('$', from)) {
      int end = at + 1;
      while (end < template.length() && Character.isJavaIdentifierPart(template.charAt(end))) end++;
      var word = template.substring(at + 1, end);
      var replacement = Objects.requireNonNull(words.get(word), () -> name + " asks for $" + word);
      text.append(template, from, at).append(replacement);
      from = end;
    }
    return text.append(template, from, template.length()).toString();
  }
}
