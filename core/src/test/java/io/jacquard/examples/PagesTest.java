package io.jacquard.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The Java on the project's pages compiles, with what {@link Given} declares. */
class PagesTest {
  private static final Path PROJECT = Path.of("..");
  /** Compared, word for word, with code that runs: AddingAnOpTest. */
  private static final String TESTED_ELSEWHERE = "adding-an-op.md";
  private static final Pattern JAVA = Pattern.compile("^```java\n(.*?)^```",
      Pattern.DOTALL | Pattern.MULTILINE);

  private static List<Path> pages() throws IOException {
    var pages = new ArrayList<>(List.of(PROJECT.resolve("README.md")));
    try (var docs = Files.newDirectoryStream(PROJECT.resolve("docs"), "*.md")) {
      docs.forEach(pages::add);
    }
    pages.removeIf(page -> page.endsWith(TESTED_ELSEWHERE));
    return pages;
  }

  @Test
  void javaOnPagesCompiles() throws IOException {
    var core = JavadocExamples.of(PROJECT.resolve(Path.of("core", "src", "main", "java")));
    var asTypes = new ArrayList<JavadocExamples.Type>();
    for (var page : pages()) {
      var examples = JAVA.matcher(Files.readString(page)).results().map(found -> found.group(1)).toList();
      asTypes.add(new JavadocExamples.Type("", page.getFileName().toString(), false, true, examples));
    }
    var compiler = new ExampleCompiler(core, asTypes);
    assertTrue(compiler.size() >= 2, "README.md shows how a network is trained");
    assertEquals(Map.of(), compiler.problems());
  }
}
