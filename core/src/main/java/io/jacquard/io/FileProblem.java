package io.jacquard.io;

import io.jacquard.JacquardException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Says in words what an {@link IOException} means, because the JDK's own messages are often only a path.
 *
 * <pre>{@code
 * try {
 *   Files.readString(path);
 * } catch (IOException e) {
 *   throw FileProblem.of(path, "cannot be read", e);   // "w.safetensors cannot be read: permission denied."
 * }
 * }</pre>
 */
public final class FileProblem {
  private FileProblem() {}

  /**
   * Refuses what is no file before it is opened: a folder, a device, or a pipe, which may never end. That there is nothing
   * is found when it is opened.
   *
   * @param expected what should be there, such as {@code an IDX file}
   */
  public static void requireFile(Path path, String expected) {
    if (Files.isRegularFile(path) || !Files.exists(path)) return;
    throw new JacquardException(path + (Files.isDirectory(path) ? " is a folder" : " is no regular file")
        + ", expected " + expected + ".");
  }

  /** An exception that says: {@code path what: reason}. */
  public static JacquardException of(Path path, String what, IOException e) {
    return new JacquardException(path + " " + what + ": " + reason(e) + ".", e);
  }

  /** The reason in a few words, without a full stop. */
  public static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "no such file or folder";
      case AccessDeniedException _ -> "permission denied";
      case FileAlreadyExistsException _ -> "a file of that name is in the way";
      case AtomicMoveNotSupportedException _ -> "the file system cannot replace a file in one step";
      case FileSystemException f when f.getReason() != null -> f.getReason();
      case ClosedByInterruptException _ -> "interrupted";
      case EOFException _ -> "the file ends too early";
      default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    };
  }
}
