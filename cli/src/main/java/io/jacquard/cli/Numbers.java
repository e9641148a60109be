package io.jacquard.cli;

import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the numbers of options, and says in words of people, not of Java, what is none. */
final class Numbers {
  private Numbers() {}

  static void register(CommandLine program) {
    program.registerConverter(int.class, whole(Integer::valueOf));
    program.registerConverter(Integer.class, whole(Integer::valueOf));
    program.registerConverter(long.class, whole(Long::valueOf));
    program.registerConverter(Double.class,
        converter(Double::valueOf, "expected a number, such as 0.001 or 1e-3"));
  }

  private static <T> ITypeConverter<T> whole(Function<String, T> parse) {
    return converter(parse, "expected a whole number that is not too large");
  }

  private static <T> ITypeConverter<T> converter(Function<String, T> parse, String expected) {
    return text -> {
      try {
        return parse.apply(text);
      } catch (NumberFormatException _) {
        throw new TypeConversionException("'" + text + "', " + expected);
      }
    };
  }
}
