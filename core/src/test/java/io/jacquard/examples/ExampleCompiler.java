package io.jacquard.examples;

import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * Compiles examples, each in a class of its own that extends {@link Given}: as the body of a method, or as members of the
 * class if it is no sequence of statements.
 *
 * <p>Types of {@code io.jacquard} need no import. Where two have the same name, an example means the one of its own
 * package, else that of {@code io.jacquard.nn}.
 */
final class ExampleCompiler {
  private static final String PREFERRED = "io.jacquard.nn";

  private record Example(JavadocExamples.Type owner, String code) {}

  private final Collection<JavadocExamples.Type> known;
  /** By the name of the class that is made of each. */
  private final Map<String, Example> examples = new LinkedHashMap<>();

  /**
   * @param known those that examples may name without an import
   * @param types those whose examples are compiled
   */
  ExampleCompiler(Collection<JavadocExamples.Type> known, Collection<JavadocExamples.Type> types) {
    this.known = known;
    for (var type : types) {
      for (var code : type.examples()) examples.put("Example" + examples.size(), new Example(type, code));
    }
  }

  /** How many there are. */
  int size() {
    return examples.size();
  }

  /** What is wrong with the examples, by the name of the type in whose file they stand. */
  Map<String, String> problems() {
    var sources = new LinkedHashMap<String, JavaFileObject>();
    examples.forEach((name, example) -> sources.put(name,
        source(example.owner, name, "  void example() throws Exception {\n" + example.code + "\n}")));
    for (var error : errors(sources.values(), false)) {
      var name = className(error);
      var example = examples.get(name);
      sources.put(name, source(example.owner, name, example.code));
    }
    var problems = new TreeMap<String, String>();
    for (var error : errors(sources.values(), true)) {
      problems.merge(examples.get(className(error)).owner.name(),
          "\n  " + error.getMessage(Locale.ROOT) + line(error), String::concat);
    }
    return problems;
  }

  private static String className(Diagnostic<? extends JavaFileObject> error) {
    return error.getSource().getName().replaceAll(".*/|\\.java$", "");
  }

  private static String line(Diagnostic<? extends JavaFileObject> error) {
    try {
      var lines = error.getSource().getCharContent(true).toString().split("\n");
      return "\n    " + lines[(int) error.getLineNumber() - 1].strip();
    } catch (IOException e) {
      return "";
    }
  }

  private JavaFileObject source(JavadocExamples.Type owner, String name, String body) {
    return new SimpleJavaFileObject(URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return imports(owner) + "class " + name + " extends " + Given.class.getName() + " {\n" + body
            + "\n}\n";
      }
    };
  }

  private String imports(JavadocExamples.Type owner) {
    var single = new TreeMap<String, String>();
    for (var preferred : List.of(PREFERRED, owner.packageName())) {
      known.stream().filter(t -> t.isPublic() && t.packageName().equals(preferred))
          .forEach(t -> single.put(t.simpleName(), t.name()));
    }
    var packages = known.stream().filter(JavadocExamples.Type::isPublic)
        .map(JavadocExamples.Type::packageName).distinct().sorted().map(p -> p + ".*");
    return "import module java.base;\n"
        + packages.map(p -> "import " + p + ";\n").collect(Collectors.joining())
        + single.values().stream().map(t -> "import " + t + ";\n").collect(Collectors.joining());
  }

  private static List<Diagnostic<? extends JavaFileObject>> errors(Collection<JavaFileObject> sources,
      boolean analyze) {
    var found = new DiagnosticCollector<JavaFileObject>();
    var options = List.of("-proc:none", "-classpath", System.getProperty("java.class.path"));
    var task = (JavacTask) ToolProvider.getSystemJavaCompiler().getTask(null, null, found, options, null,
        sources);
    try {
      if (analyze) {
        task.analyze();
      } else {
        task.parse();
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    var errors = new ArrayList<Diagnostic<? extends JavaFileObject>>();
    for (var diagnostic : found.getDiagnostics()) {
      if (diagnostic.getKind() == Diagnostic.Kind.ERROR) errors.add(diagnostic);
    }
    return errors;
  }
}
