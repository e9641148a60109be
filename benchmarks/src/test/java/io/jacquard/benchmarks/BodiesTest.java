package io.jacquard.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** Every benchmark runs, once, with the first value of each of its parameters: they must not rot. */
class BodiesTest {
  private static final List<Class<? extends OnDevice>> ALL = List.of(TrainingStep.class, SpiMaps.class,
      SpiReduces.class, SpiMatmul.class, SpiImages.class, SpiRows.class, Inference.class);

  static Stream<Arguments> benchmarks() {
    return ALL.stream().flatMap(type -> bodies(type).map(
        body -> Arguments.argumentSet(type.getSimpleName() + "." + body.getName(), type, body)));
  }

  private static Stream<Method> bodies(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods()).filter(m -> m.isAnnotationPresent(Benchmark.class));
  }

  @ParameterizedTest
  @MethodSource("benchmarks")
  void runs(Class<? extends OnDevice> type, Method body) throws Exception {
    var benchmark = type.getDeclaredConstructor().newInstance();
    for (var field : fields(type)) {
      var param = field.getAnnotation(Param.class);
      if (param == null) continue;
      var first = param.value()[0];
      if (field.getType() == int.class)
        field.setInt(benchmark, Integer.parseInt(first));
      else
        field.set(benchmark, first);
    }
    benchmark.open();
    try {
      body.invoke(benchmark);
    } catch (InvocationTargetException e) {
      throw (Exception) e.getCause();
    } finally {
      benchmark.close();
    }
  }

  private static List<Field> fields(Class<?> type) {
    var fields = new ArrayList<Field>();
    for (Class<?> c = type; c != Object.class; c = c.getSuperclass())
      fields.addAll(List.of(c.getDeclaredFields()));
    return fields;
  }

  /** What JMH's processor wrote down at compile time; where it did not run, `jacquard bench jmh` finds nothing. */
  @Test
  void jmhKnowsThemAll() {
    var expected = ALL.stream()
        .flatMap(type -> bodies(type).map(m -> type.getSimpleName() + "." + m.getName()))
        .collect(Collectors.toCollection(TreeSet::new));
    var known = new TreeSet<String>();
    try (var list = BodiesTest.class.getResourceAsStream("/META-INF/BenchmarkList")) {
      var text = new String(list.readAllBytes(), StandardCharsets.UTF_8);
      for (var name : expected) {
        var parts = name.split("\\.");
        if (text.contains("benchmarks." + parts[0] + " ") && text.contains(" " + parts[1] + " "))
          known.add(name);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertEquals(expected, known);
  }
}
