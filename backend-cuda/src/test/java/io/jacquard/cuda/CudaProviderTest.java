package io.jacquard.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import io.jacquard.JacquardException;
import io.jacquard.spi.Backends;
import io.jacquard.spi.OpenOptions;
import io.jacquard.spi.Probe;
import org.junit.jupiter.api.Test;

/** What users see of the backend: that it is there, and why it cannot be used. */
class CudaProviderTest {
  @Test
  void isFoundAndSaysWhyNot() {
    var told = assertInstanceOf(Probe.Unavailable.class, new CudaProvider().probe());
    var candidate = Backends.discover().candidates().stream().filter(c -> c.name().equals("cuda")).findFirst()
        .orElseThrow();
    assertEquals(told, candidate.probe());
    assertEquals(20, candidate.priority());
    assertTrue(!told.reason().isBlank() && !told.cure().isBlank());
    var e = assertThrows(JacquardException.class, () -> Backends.discover().open("cuda"));
    assertEquals("Backend 'cuda' is not available: " + told.reason() + ". To use it, " + told.cure() + ".",
        e.getMessage());
  }

  @Test
  void refusesToOpen() {
    var e = assertThrows(JacquardException.class, () -> new CudaProvider().open(0, OpenOptions.DEFAULT));
    assertTrue(e.getMessage().startsWith("CUDA is not available: "), e.getMessage());
  }

  @Test
  void nothingIsCalledWhileTheProcessEnds() {
    var classes = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
        .importPackages("io.jacquard.cuda");
    ArchRuleDefinition.noClasses().that().haveNameNotMatching(".*Test.*").should()
        .callMethod(Runtime.class, "addShutdownHook", Thread.class)
        .orShould().dependOnClassesThat().belongToAnyOf(java.lang.ref.Cleaner.class).check(classes);
  }

  @Test
  void onlyTheClassesThatNeedJcudaNameIt() {
    var classes = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
        .importPackages("io.jacquard.cuda");
    ArchRuleDefinition.noClasses().that().haveNameNotMatching(".*\\.(Jcuda|Nvrtc|NativesTest).*").should()
        .dependOnClassesThat().resideInAPackage("jcuda..")
        .check(classes);
  }
}
