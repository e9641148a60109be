package io.jacquard.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** What {@link AtomicFile} asks of the file system, so that tests can let each of it fail. */
class Disk {
  static final ScopedValue<Disk> CURRENT = ScopedValue.newInstance();
  private static final Disk REAL = new Disk();

  static Disk current() {
    return CURRENT.isBound() ? CURRENT.get() : REAL;
  }

  /** Writes some of the bytes. */
  void write(FileChannel channel, ByteBuffer bytes) throws IOException {
    channel.write(bytes);
  }

  /** Waits until what was written would survive a power cut. */
  void force(FileChannel channel) throws IOException {
    channel.force(true);
  }

  /** Gives a file the name of another one, which it replaces, in one step. */
  void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
