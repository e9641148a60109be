package io.jacquard.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** From cases that pass, fail and are skipped to the page that says so. */
class OpTableTest {
  @TempDir
  private Path project;

  private void write(String module, String file, String text) throws IOException {
    var target = project.resolve(module).resolve("target");
    Files.createDirectories(target);
    Files.writeString(target.resolve(file), text);
  }

  private static void run(Executable test) {
    try {
      test.execute();
    } catch (Throwable _) {
      // counted
    }
  }

  @Test
  void casesAreCounted() throws IOException {
    var table = new OpTable();
    run(table.counted("exp", () -> {}));
    run(table.counted("exp", () -> {}));
    run(table.counted("exp", () -> {
      throw new AssertionError("wrong");
    }));
    run(table.counted("log", () -> {
      throw new TestAbortedException("Assumption failed: gpu has no float64");
    }));
    table.write("tensor", "gpu-of-a-test");
    var file = Path.of("target", "op-support-tensor-gpu-of-a-test.txt");
    assertEquals("exp\t2\t1\t0\t\nlog\t0\t0\t1\tgpu has no float64\n", Files.readString(file));
    Files.delete(file);
  }

  @Test
  void thePageShowsEveryBackend() throws IOException {
    write("core", "op-support-tensor-reference.txt", "exp\t7\t0\t0\t\nlog\t3\t0\t0\t\n");
    write("backend-gpu", "op-support-tensor-gpu.txt", "exp\t4\t2\t1\tno float64\n");
    write("backend-gpu", "op-support-spi-gpu.txt", "map\t5\t0\t0\t\n");
    write("docs", "notes.txt", "not a table");
    var page = OpSupportPage.of(project);
    assertTrue(page.contains("""
        | operation | reference | gpu |
        |---|---:|---:|
        | exp | 7 | 4, **2 failed**, 1 skipped |
        | log | 3 | not run |
        | **all** | 10 | 4, **2 failed**, 1 skipped |
        """), page);
    assertTrue(page.contains("| map | not run | 5 |"), page);
    assertTrue(page.endsWith("- `gpu`, exp: no float64\n"), page);
    assertTrue(page.contains("java -cp core/target/test-classes " + OpSupportPage.class.getName()), page);
  }

  @Test
  void withoutTestsThereIsNoPage() {
    var error = assertThrows(IOException.class, () -> OpSupportPage.of(project));
    assertTrue(error.getMessage().contains("mvn test"), error.getMessage());
  }
}
