package io.jacquard.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** A disk on which one thing goes wrong, for tests of what is written to files. */
public final class FailingDisk extends Disk {
  /** What goes wrong. */
  public enum At {
    WRITE, FORCE, MOVE
  }

  private final At at;
  private int writes;

  private FailingDisk(At at) {
    this.at = at;
  }

  /** Runs {@code body} with a disk that is full after the first bytes, cannot be forced, or does not move files. */
  public static void with(At at, Runnable body) {
    ScopedValue.where(CURRENT, new FailingDisk(at)).run(body);
  }

  @Override
  void write(FileChannel channel, ByteBuffer bytes) throws IOException {
    if (at == At.WRITE && ++writes > 2) {
      channel.write(bytes.slice(0, bytes.remaining() / 2));
      throw new IOException("No space left on device");
    }
    super.write(channel, bytes);
  }

  @Override
  void force(FileChannel channel) throws IOException {
    if (at == At.FORCE) throw new IOException("Input/output error");
    super.force(channel);
  }

  @Override
  void move(Path from, Path to) throws IOException {
    if (at == At.MOVE) throw new FileSystemException(from.toString(), to.toString(), "Read-only file system");
    super.move(from, to);
  }
}
