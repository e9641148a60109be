package io.jacquard.io;

import io.jacquard.JacquardException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Writes files that are whole or absent: whatever happens, a reader sees the old file or the new one, never a part.
 *
 * <pre>{@code
 * AtomicFile.requireWritableFolder(folder);   // before hours of training, not after them
 * AtomicFile.write(folder.resolve("history.csv"), "epoch,loss\n".getBytes(StandardCharsets.UTF_8));
 * }</pre>
 *
 * <p>The bytes go to a temporary file in the same folder, are forced to the disk, and the file is moved over its name
 * in one step; then the folder is forced, so that the new name survives a power cut. A failure leaves the old file as it
 * was and no temporary one behind.
 */
public final class AtomicFile {
  /** What is to be in a file. */
  @FunctionalInterface
  public interface Content {
    /** Writes everything to the channel, which is positioned at its start and is closed by the caller. */
    void writeTo(FileChannel channel) throws IOException;
  }

  private AtomicFile() {}

  /** Writes {@code bytes} as the whole file {@code path}; see {@link #write(Path, Content)}. */
  public static void write(Path path, byte[] bytes) {
    write(path, channel -> writeFully(channel, ByteBuffer.wrap(bytes)));
  }

  /**
   * Writes {@code content} as the whole file {@code path}, replacing one that is there. If the path is a symbolic link,
   * the file it leads to is replaced.
   *
   * @throws JacquardException naming the path and the reason if it cannot be written; the old file is then unharmed
   */
  public static void write(Path path, Content content) {
    // A channel closes when its thread is interrupted. Who saves after Ctrl-C wants the file: the interrupt
    // waits.
    boolean interrupted = Thread.interrupted();
    try {
      replace(path, content);
    } catch (IOException e) {
      throw new JacquardException(path + " cannot be written: " + FileProblem.reason(e)
          + ". What was there before is unchanged; " + cure(path), e);
    } finally {
      if (interrupted) Thread.currentThread().interrupt();
    }
  }

  /**
   * Runs {@code writing}, whose files are still replaced in one step, without waiting for the disk. What a program's end by
   * whatever means leaves is whole; what a power cut leaves is not known. For what is written often and kept elsewhere, too.
   */
  public static void unforced(Runnable writing) {
    ScopedValue.where(Disk.CURRENT, new Disk.Unforced(Disk.current())).run(writing);
  }

  private static void replace(Path path, Content content) throws IOException {
    if (Files.isDirectory(path)) throw new IOException("it is a folder");
    var target = Files.isSymbolicLink(path) && Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
    // Not Files.createTempFile: its files are readable by their owner only, and the result would stay so.
    var temporary = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      try (var channel = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW,
          StandardOpenOption.WRITE)) {
        content.writeTo(channel);
        Disk.current().force(channel);
      }
      Disk.current().move(temporary, target);
    } catch (Throwable e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
    Disk.current().forceFolder(target.resolveSibling("."));
  }

  /** Writes all of {@code bytes}; a channel may take fewer at a time. */
  static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) Disk.current().write(channel, bytes);
  }

  /** Removes what a writer of {@code path} that was killed has left: temporary files that nobody will ever finish. */
  public static void removeLeftovers(Path path) {
    var file = path.toAbsolutePath();
    var left = Pattern.compile(Pattern.quote("." + file.getFileName() + ".") + "[0-9a-f-]{36}\\.tmp");
    try (var files = Files.list(file.resolveSibling("."))) {
      for (var each : files.filter(f -> left.matcher(f.getFileName().toString()).matches()).toList())
        Files.deleteIfExists(each);
    } catch (IOException _) {
      // They take room, but do no harm, and must not keep a training from going on.
    }
  }

  private static String cure(Path path) {
    var folder = path.toAbsolutePath().getParent();
    if (Files.isDirectory(path)) return "name a file in it.";
    if (folder != null && !Files.isDirectory(folder)) return "create the folder " + folder + " first.";
    return "make room or make " + folder + " writable, or choose another folder.";
  }

  /**
   * Makes sure that files can be created in {@code folder}, by creating one and deleting it; creates the folder and its
   * parents if they are missing.
   *
   * @throws JacquardException naming the folder and the reason
   */
  public static void requireWritableFolder(Path folder) {
    var probe = folder.resolve(".jacquard-" + UUID.randomUUID() + ".tmp");
    try {
      Files.createDirectories(folder);
      Files.createFile(probe);
      Files.delete(probe);
    } catch (IOException e) {
      throw new JacquardException("The folder " + folder + " cannot be written to: " + FileProblem.reason(e)
          + ". Make it writable or choose another one.", e);
    }
  }
}
