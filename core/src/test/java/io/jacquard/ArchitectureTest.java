package io.jacquard;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The arrows of docs/architecture.md: packages know only what lies below them. */
class ArchitectureTest {
  private static final JavaClasses CORE = new ClassFileImporter()
      .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("io.jacquard");

  @Test
  void packagesKnowOnlyWhatLiesBelow() {
    layeredArchitecture().consideringOnlyDependenciesInLayers()
        .layer("words").definedBy("io.jacquard")
        .layer("seams").definedBy("io.jacquard.expr", "io.jacquard.spi")
        .layer("tensors").definedBy("io.jacquard.tensor", "io.jacquard.ops")
        .layer("nn").definedBy("io.jacquard.nn")
        .layer("optim").definedBy("io.jacquard.optim")
        .layer("data").definedBy("io.jacquard.data..", "io.jacquard.io")
        .layer("top").definedBy("io.jacquard.train", "io.jacquard.models", "io.jacquard.explain",
            "io.jacquard.inspect")
        .whereLayer("top").mayNotBeAccessedByAnyLayer()
        .whereLayer("data").mayOnlyBeAccessedByLayers("top")
        .whereLayer("optim").mayOnlyBeAccessedByLayers("top")
        .whereLayer("nn").mayOnlyBeAccessedByLayers("optim", "data", "top")
        .whereLayer("tensors").mayOnlyBeAccessedByLayers("nn", "optim", "data", "top")
        .whereLayer("seams").mayOnlyBeAccessedByLayers("tensors", "nn", "optim", "data", "top")
        .check(CORE);
  }

  @Test
  void everyPackageIsCheckedForNulls() {
    var unmarked = CORE.stream().map(JavaClass::getPackage).distinct()
        .filter(p -> !p.isAnnotatedWith(NullMarked.class)).map(JavaPackage::getName).toList();
    assertEquals(List.of(), unmarked, "packages whose package-info.java lacks @NullMarked");
  }

  @Test
  void exprKnowsNothingOfBackends() {
    ArchRuleDefinition.noClasses().that().resideInAPackage("io.jacquard.expr").should().dependOnClassesThat()
        .resideInAPackage("io.jacquard.spi").check(CORE);
  }

  @Test
  void coreNamesNoDevice() {
    ArchRuleDefinition.noClasses().should().dependOnClassesThat()
        .resideInAnyPackage("jcuda..", "org.jocl..", "jdk.incubator.vector..").check(CORE);
  }

  @Test
  void threadsAreMadeByBackendsOnly() {
    ArchRuleDefinition.noClasses().should().callMethod(Thread.class, "start").check(CORE);
  }
}
