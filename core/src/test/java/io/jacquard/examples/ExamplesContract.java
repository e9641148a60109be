package io.jacquard.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Every public type of a module opens with an example, and all its examples compile; to inherit. Examples may use what
 * {@link Given} declares.
 *
 * <pre>{@code
 * class CpuExamplesTest extends ExamplesContract {}
 * }</pre>
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ExamplesContract {
  private static final Path HERE = Path.of("src", "main", "java");
  private static final Path CORE = Path.of("..", "core").resolve(HERE);

  private final List<JavadocExamples.Type> types = read(HERE);

  private static List<JavadocExamples.Type> read(Path sources) {
    try {
      // A package's inner workings may show what they generate, or use what only their package sees.
      return JavadocExamples.of(sources).stream().filter(JavadocExamples.Type::isPublic).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The public types of this module. */
  protected List<JavadocExamples.Type> types() {
    return types;
  }

  @Test
  void everyPublicTypeOpensWithAnExample() {
    var without = types.stream().filter(t -> !t.opening()).map(JavadocExamples.Type::name)
        .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(new TreeSet<>(), without, "public types whose Javadoc has no <pre>{@code ...}</pre>");
  }

  @Test
  void everyExampleCompiles() throws IOException {
    var known = new ArrayList<>(types);
    if (!Files.isSameFile(HERE, CORE)) known.addAll(read(CORE));
    var examples = new ExampleCompiler(known, types);
    assertTrue(examples.size() > 0, "no example was found");
    var problems = examples.problems();
    assertTrue(problems.isEmpty(),
        () -> "examples that do not compile:\n" + String.join("\n", lines(problems)));
  }

  private static List<String> lines(Map<String, String> problems) {
    return problems.entrySet().stream().map(e -> e.getKey() + e.getValue()).toList();
  }
}
