package io.jacquard.hostile;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.jacquard.JacquardException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What a reader owes a file that a stranger has made: it reads it, or refuses it by a {@link JacquardException}, within a
 * second of processor time, with no more memory than the file's size and 64 MB.
 *
 * <p>Memory is what the reading thread has taken from the Java heap in all, which is more than it ever held at once.
 */
public final class Hostile {
  private static final long MOST_MEMORY = 64 << 20;
  private static final long MOST_NANOS = 1_000_000_000;
  private static final int MOST_MESSAGE = 600;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Hostile() {}

  /** Has a file refused; its message must begin with its name, if it says that of a file, and contain {@code said}. */
  public static void requireRefused(String what, Path file, String said, Consumer<Path> reader) {
    var message = attempt(what, file, reader);
    assertFalse(message == null, what + ": it was read");
    assertTrue(message.contains(said), what + ": " + message);
    assertTrue(message.endsWith(".") || message.endsWith("?"), what + ": " + message);
  }

  /** Whether a file is read; otherwise it is refused as it must be. */
  public static boolean reads(String what, Path file, Consumer<Path> reader) {
    return attempt(what, file, reader) == null;
  }

  /** Has something done with a file, within the limits of time and memory; for what passes over a wrong file. */
  public static void requireCheap(String what, Path file, Consumer<Path> work) {
    long bytes = THREADS.getCurrentThreadAllocatedBytes();
    long nanos = THREADS.getCurrentThreadCpuTime();
    work.accept(file);
    requireCheap(what, file, bytes, nanos);
  }

  private static void requireCheap(String what, Path file, long bytesBefore, long nanosBefore) {
    long nanos = THREADS.getCurrentThreadCpuTime() - nanosBefore;
    long bytes = THREADS.getCurrentThreadAllocatedBytes() - bytesBefore;
    assertTrue(nanos < MOST_NANOS, what + ": after " + nanos / 1_000_000 + " ms");
    long size = size(file);
    assertTrue(bytes < size + MOST_MEMORY, what + ": " + bytes + " bytes for a file of " + size);
  }

  /** Why the file is refused; null if it is read. */
  private static String attempt(String what, Path file, Consumer<Path> reader) {
    long bytes = THREADS.getCurrentThreadAllocatedBytes();
    long nanos = THREADS.getCurrentThreadCpuTime();
    String message = null;
    try {
      reader.accept(file);
    } catch (JacquardException e) {
      message = String.valueOf(e.getMessage());
    } catch (RuntimeException | Error e) {
      throw new AssertionError(what + ": read or refused by an exception of Jacquard's was expected", e);
    }
    if (message == null) return null; // what is read may take what it takes
    requireCheap(what, file, bytes, nanos);
    assertTrue(message.length() < MOST_MESSAGE, what + ": a message a person can read: " + message);
    return message;
  }

  private static long size(Path file) {
    try {
      return Files.exists(file) ? Files.size(file) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Puts a good file in a place, and then changed copies of it, one after the other.
   *
   * @param reads whether what lies there is read, given its name for messages
   * @return how many were read; the first must be
   */
  public static int readOfChanged(byte[] good, int times, Path file, Predicate<String> reads)
      throws IOException {
    int read = 0;
    for (int i = 0; i < times; i++) {
      Files.write(file, i == 0 ? good : changed(good, new Random(i)));
      boolean one = reads.test("seed " + i);
      assertTrue(one || i > 0, "a good file is read");
      if (one) read++;
    }
    return read;
  }

  /** A file of a terabyte that takes no room on disk. */
  public static Path makeHuge(Path file) throws IOException {
    try (var huge = new RandomAccessFile(file.toFile(), "rw")) {
      huge.setLength(1L << 40);
    }
    return file;
  }

  /** A copy of a file with one to four changes, as damage or malice makes them. */
  public static byte[] changed(byte[] file, Random random) {
    var bytes = file.clone();
    for (int changes = 1 + random.nextInt(4); changes > 0 && bytes.length > 0; changes--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(8)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> bytes[at] = (byte) "0123456789{}[]\",:-.eE\n".charAt(random.nextInt(22));
        case 3 -> bytes[at] = new byte[]{0, 1, 127, (byte) 128, (byte) 255}[random.nextInt(5)];
        case 4 -> fill(bytes, at, random);
        case 5 -> bytes = without(bytes, at, random.nextInt(Math.min(20, bytes.length - at)));
        case 6 -> bytes = twice(bytes, at, random.nextInt(Math.min(20, bytes.length - at)));
        default -> bytes = random.nextInt(4) == 0 ? without(bytes, at, bytes.length - at) : bytes;
      }
    }
    return bytes;
  }

  /** Four bytes that make a number small, large or negative. */
  private static void fill(byte[] bytes, int at, Random random) {
    byte value = (byte) (random.nextBoolean() ? 0xff : 0);
    for (int i = at; i < Math.min(bytes.length, at + 4); i++) bytes[i] = value;
  }

  private static byte[] without(byte[] bytes, int at, int count) {
    var less = new byte[bytes.length - count];
    System.arraycopy(bytes, 0, less, 0, at);
    System.arraycopy(bytes, at + count, less, at, less.length - at);
    return less;
  }

  private static byte[] twice(byte[] bytes, int at, int count) {
    var more = new byte[bytes.length + count];
    System.arraycopy(bytes, 0, more, 0, at + count);
    System.arraycopy(bytes, at, more, at + count, bytes.length - at);
    return more;
  }
}
