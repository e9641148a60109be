package io.jacquard.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

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

  /** Waits until a folder's names would survive a power cut, where the system can do that. */
  void forceFolder(Path folder) {
    try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException _) {
      // Windows and some network file systems do not open folders. The file itself is whole and in place.
    }
  }

  /** Another disk, but for waiting. */
  static final class Unforced extends Disk {
    private final Disk inner;

    Unforced(Disk inner) {
      this.inner = inner;
    }

    @Override
    void write(FileChannel channel, ByteBuffer bytes) throws IOException {
      inner.write(channel, bytes);
    }

    @Override
    void force(FileChannel channel) {
      // the system writes it when it likes
    }

    @Override
    void move(Path from, Path to) throws IOException {
      inner.move(from, to);
    }

    @Override
    void forceFolder(Path folder) {
      // likewise
    }
  }
}
