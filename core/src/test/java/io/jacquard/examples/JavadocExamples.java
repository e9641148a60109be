package io.jacquard.examples;

import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.EndElementTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.StartElementTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTreeScanner;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.lang.model.element.Modifier;
import javax.tools.ToolProvider;

/**
 * The examples in the Javadoc of a module's sources: each {@code <pre>{@code ...}</pre>}.
 *
 * <pre>{@code
 * for (var type : JavadocExamples.of(Path.of("src", "main", "java"))) {
 *   System.out.println(type.name() + " has " + type.examples().size());
 * }
 * }</pre>
 */
public final class JavadocExamples {
  /**
   * A top-level type.
   *
   * @param opening the examples before its declaration; the rest of {@code examples} stand at its members
   */
  public record Type(String packageName, String simpleName, boolean isPublic, boolean opening,
      List<String> examples) {
    public String name() {
      return packageName.isEmpty() ? simpleName : packageName + "." + simpleName;
    }
  }

  private JavadocExamples() {}

  /** The types of all source files below a folder, by name. */
  public static List<Type> of(Path sources) throws IOException {
    var compiler = ToolProvider.getSystemJavaCompiler();
    try (var manager = compiler.getStandardFileManager(null, Locale.ROOT, null);
        var files = Files.walk(sources)) {
      var paths = files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
      var task = (JavacTask) compiler.getTask(null, manager, null, List.of("-proc:none"), null,
          manager.getJavaFileObjectsFromPaths(paths));
      var trees = DocTrees.instance(task);
      var types = new ArrayList<Type>();
      for (var unit : task.parse()) new Finder(trees, unit, types).scan(unit, null);
      return types;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Walks a source file; what it finds is noted at the top-level type that it stands in. */
  private static final class Finder extends TreePathScanner<Void, Void> {
    private final DocTrees trees;
    private final String packageName;
    private final List<Type> types;

    Finder(DocTrees trees, CompilationUnitTree unit, List<Type> types) {
      this.trees = trees;
      this.types = types;
      packageName = unit.getPackageName() == null ? "" : unit.getPackageName().toString();
    }

    @Override
    public Void visitClass(ClassTree type, Void nothing) {
      boolean top = getCurrentPath().getParentPath().getLeaf().getKind() == Tree.Kind.COMPILATION_UNIT;
      if (top) {
        var examples = examples();
        types.add(new Type(packageName, type.getSimpleName().toString(),
            type.getModifiers().getFlags().contains(Modifier.PUBLIC), !examples.isEmpty(), examples));
      } else {
        note();
      }
      return super.visitClass(type, nothing);
    }

    @Override
    public Void visitMethod(MethodTree method, Void nothing) {
      note();
      return super.visitMethod(method, nothing);
    }

    @Override
    public Void visitVariable(VariableTree variable, Void nothing) {
      note();
      return super.visitVariable(variable, nothing);
    }

    private void note() {
      types.getLast().examples().addAll(examples());
    }

    private List<String> examples() {
      var found = new ArrayList<String>();
      var comment = trees.getDocCommentTree(getCurrentPath());
      if (comment == null) return found;
      comment.accept(new DocTreeScanner<Void, Void>() {
        private boolean inPre;

        @Override
        public Void visitStartElement(StartElementTree element, Void nothing) {
          if (element.getName().contentEquals("pre")) inPre = true;
          return super.visitStartElement(element, nothing);
        }

        @Override
        public Void visitEndElement(EndElementTree element, Void nothing) {
          if (element.getName().contentEquals("pre")) inPre = false;
          return super.visitEndElement(element, nothing);
        }

        @Override
        public Void visitLiteral(LiteralTree literal, Void nothing) {
          if (inPre && literal.getKind() == DocTree.Kind.CODE) found.add(literal.getBody().getBody());
          return super.visitLiteral(literal, nothing);
        }
      }, null);
      return found;
    }
  }
}
