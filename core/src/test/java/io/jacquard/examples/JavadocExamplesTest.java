package io.jacquard.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples in core's Javadoc; and that those which are missing or wrong would be found. */
class JavadocExamplesTest extends ExamplesContract {
  private Map<String, String> problems(String example) {
    var type = new JavadocExamples.Type("io.jacquard.ops", "Given", true, true, List.of(example));
    return new ExampleCompiler(types(), List.of(type)).problems();
  }

  @Test
  void statementsOrMembersCompile() {
    assertEquals(Map.of(), problems("var z = x.add(y);\nz.exp();"));
    assertEquals(Map.of(), problems("static Tensor twice(Tensor v) {\n  return v.mul(2);\n}"));
    assertEquals(Map.of(),
        problems("record Pair(Linear first, Softmax second) {}\nvar pair = new Pair(null, null);"));
  }

  @Test
  void wrongExamplesAreFound() {
    assertTrue(problems("var z = x.add(y)").get("io.jacquard.ops.Given").contains("';' expected"));
    assertTrue(problems("x.noSuchMethod();").get("io.jacquard.ops.Given").contains("noSuchMethod"));
    assertTrue(problems("int z = x.sum();").get("io.jacquard.ops.Given").contains("int z = x.sum();"));
    // Of its own package: there is another Linear in io.jacquard.nn.
    assertTrue(problems("new Linear(3, 4);").get("io.jacquard.ops.Given").contains("Linear"));
  }

  @Test
  void examplesAreTakenFromComments(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("A.java"), """
        package p;
        /**
         * Words.
         *
         * <pre>{@code
         * if (x.rank() == 0) {
         *   y.exp();
         * }
         * }</pre>
         */
        @Deprecated
        public class A {
          /** Not {@code an.example()}, but <pre>{@code x.log();}</pre> is. */
          void f() {}
        }
        /** {@code no.example()} */
        final class B {}
        """);
    Files.writeString(folder.resolve("C.java"), "/* not Javadoc */ public interface C {}");
    var types = JavadocExamples.of(folder);
    assertEquals(List.of("p.A", "p.B", "C"), types.stream().map(JavadocExamples.Type::name).toList());
    assertEquals(List.of(true, false, false), types.stream().map(JavadocExamples.Type::opening).toList());
    assertEquals(List.of(true, false, true), types.stream().map(JavadocExamples.Type::isPublic).toList());
    assertEquals(List.of("if (x.rank() == 0) {\n  y.exp();\n}", "x.log();"),
        types.getFirst().examples().stream().map(String::strip).toList());
  }
}
