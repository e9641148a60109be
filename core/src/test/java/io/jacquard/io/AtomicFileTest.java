package io.jacquard.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir
  Path folder;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private List<String> names() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void writesAndReplaces() throws IOException {
    var path = folder.resolve("history.csv");
    AtomicFile.write(path, bytes("one"));
    AtomicFile.write(path, bytes("two, longer"));
    assertEquals("two, longer", Files.readString(path));
    assertEquals(List.of("history.csv"), names());
  }

  @Test
  void aNewFileIsAsReadableAsAnyOther() throws IOException {
    AtomicFile.write(folder.resolve("ours"), bytes(""));
    Files.writeString(folder.resolve("plain"), "");
    if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
      assertEquals(Files.getPosixFilePermissions(folder.resolve("plain")),
          Files.getPosixFilePermissions(folder.resolve("ours")));
    }
  }

  @Test
  void aFailureLeavesTheOldFileAndNoTemporaryOne() throws IOException {
    var path = folder.resolve("model.safetensors");
    AtomicFile.write(path, bytes("old"));
    var e = assertThrows(JacquardException.class, () -> AtomicFile.write(path, channel -> {
      channel.write(ByteBuffer.wrap(bytes("half of the n")));
      throw new IOException("No space left on device");
    }));
    assertTrue(e.getMessage().contains("model.safetensors cannot be written: No space left on device"),
        e.getMessage());
    assertTrue(e.getMessage().contains("unchanged"), e.getMessage());
    assertEquals("old", Files.readString(path));
    assertEquals(List.of("model.safetensors"), names());
  }

  @Test
  void aDefectLeavesNoTemporaryFileEither() throws IOException {
    assertThrows(IllegalStateException.class, () -> AtomicFile.write(folder.resolve("x"), _ -> {
      throw new IllegalStateException();
    }));
    assertEquals(List.of(), names());
  }

  @Test
  void aMissingFolderIsNamed() {
    var e = assertThrows(JacquardException.class,
        () -> AtomicFile.write(folder.resolve("no/such/file"), bytes("x")));
    assertTrue(e.getMessage().contains("create the folder " + folder.resolve("no/such")), e.getMessage());
  }

  @Test
  void aFolderIsNotReplaced() throws IOException {
    Files.createDirectory(folder.resolve("run"));
    var e = assertThrows(JacquardException.class, () -> AtomicFile.write(folder.resolve("run"), bytes("x")));
    assertTrue(e.getMessage().contains("it is a folder"), e.getMessage());
    assertEquals(List.of("run"), names());
  }

  @Test
  void aSymbolicLinkStaysOne() throws IOException {
    var real = folder.resolve("real");
    Files.writeString(real, "old");
    var link = Files.createSymbolicLink(folder.resolve("link"), real);
    AtomicFile.write(link, bytes("new"));
    assertTrue(Files.isSymbolicLink(link));
    assertEquals("new", Files.readString(real));
  }

  @Test
  void anInterruptWaitsUntilTheFileIsWritten() throws IOException {
    var path = folder.resolve("saved-after-ctrl-c");
    Thread.currentThread().interrupt();
    try {
      AtomicFile.write(path, bytes("learned"));
    } finally {
      assertTrue(Thread.interrupted());
    }
    assertArrayEquals(bytes("learned"), Files.readAllBytes(path));
  }

  @Test
  void aWritableFolderIsCreatedAndLeftEmpty() throws IOException {
    AtomicFile.requireWritableFolder(folder.resolve("runs/mnist-mlp-001"));
    assertTrue(Files.isDirectory(folder.resolve("runs/mnist-mlp-001")));
    try (var files = Files.list(folder.resolve("runs/mnist-mlp-001"))) {
      assertEquals(0, files.count());
    }
  }

  @Test
  void aFileInTheWayOfAFolderIsToldBeforehand() throws IOException {
    Files.writeString(folder.resolve("runs"), "");
    for (var blocked : List.of(folder.resolve("runs"), folder.resolve("runs/001"))) {
      var e = assertThrows(JacquardException.class, () -> AtomicFile.requireWritableFolder(blocked));
      assertTrue(e.getMessage().contains("The folder " + blocked + " cannot be written to: "),
          e.getMessage());
      assertTrue(e.getMessage().contains("choose another"), e.getMessage());
    }
  }

  @Test
  void whatNeedNotBeForcedIsNotButFailsAlike() throws IOException {
    var path = folder.resolve("history.csv");
    FailingDisk.with(FailingDisk.At.FORCE,
        () -> AtomicFile.unforced(() -> AtomicFile.write(path, bytes("one"))));
    assertEquals("one", Files.readString(path));
    FailingDisk.with(FailingDisk.At.MOVE, () -> assertThrows(JacquardException.class,
        () -> AtomicFile.unforced(() -> AtomicFile.write(path, bytes("two")))));
    assertEquals("one", Files.readString(path));
    assertEquals(List.of("history.csv"), names());
  }
}
