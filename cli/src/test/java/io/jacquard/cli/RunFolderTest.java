package io.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
  @TempDir
  private Path folder;

  private String next(String name) {
    return RunFolder.next(folder.resolve("runs"), name).path().getFileName().toString();
  }

  @Test
  void numbersGoOnFromTheHighest() throws Exception {
    assertEquals("mnist-mlp-001", next("mnist-mlp"));
    assertEquals("mnist-mlp-002", next("mnist-mlp"));
    assertEquals("mnist-softmax-001", next("mnist-softmax"));
    Files.createDirectory(folder.resolve("runs/mnist-mlp-1041"));
    Files.createDirectory(folder.resolve("runs/mnist-mlp-copy"));
    assertEquals("mnist-mlp-1042", next("mnist-mlp"));
  }

  @Test
  void runsThatBeginAtOnceGetDifferentFolders() {
    var names = IntStream.range(0, 64).parallel().mapToObj(_ -> next("a")).sorted().toList();
    assertEquals(IntStream.rangeClosed(1, 64).mapToObj("a-%03d"::formatted).toList(), names);
  }

  @Test
  void aFolderThatStaysEmptyIsRemovedIfItWasMade() throws Exception {
    var runs = folder.resolve("runs");
    var next = RunFolder.next(runs, "a");
    next.close();
    assertFalse(Files.exists(next.path()));
    var made = RunFolder.at(folder.resolve("new/deep"));
    made.close();
    assertFalse(Files.exists(made.path()));
    var own = Files.createDirectory(folder.resolve("own"));
    RunFolder.at(own).close();
    assertTrue(Files.exists(own));
    var used = RunFolder.next(runs, "a");
    Files.writeString(used.model(), "something");
    used.close();
    assertTrue(Files.exists(used.model()));
  }

  @Test
  void nothingIsOverwritten() throws Exception {
    Files.writeString(folder.resolve("notes.txt"), "mine");
    var e = assertThrows(JacquardException.class, () -> RunFolder.at(folder));
    assertEquals("The folder " + folder
        + " is not empty, and a run overwrites nothing. Name another one with --out, or remove it first.",
        e.getMessage());
  }

  @Test
  void runsAreFoundBesideAName() throws Exception {
    var runs = folder.resolve("runs");
    Files.writeString(RunFolder.next(runs, "a").model(), "something");
    RunFolder.next(runs, "b");
    assertEquals(List.of(runs.resolve("a-001").toString()), RunFolder.beside(runs.resolve("a-01")));
    assertEquals(List.of(), RunFolder.beside(folder.resolve("none/here")));
  }
}
