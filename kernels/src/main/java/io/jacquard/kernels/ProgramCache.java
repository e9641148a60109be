package io.jacquard.kernels;

import io.jacquard.JacquardException;
import io.jacquard.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Compiled programs on disk, each under a name made of its source and of all else that decides what the compiler makes of
 * it: its options, the device, its driver or the compiler's version. A file holds a line that says what it is, the SHA-256
 * of what follows, and the binary; one that does not is deleted, which is said, and the program compiled again.
 *
 * <pre>{@code
 * var cache = new ProgramCache("cuda", "NVRTC 13.0", "sm_90");
 * byte[] binary = cache.load(cache.key(source.text()));
 * }</pre>
 */
public final class ProgramCache {
  private static final byte[] MAGIC = "jacquard program 1\n".getBytes(StandardCharsets.US_ASCII);

  /** Compiled kernels have some hundred kilobytes at most. */
  private static final long MOST_BYTES = 32 << 20;

  private final Path folder;
  private final String makers;
  private boolean told;

  /**
   * @param folder the name of the folder within the cache
   * @param makers all that decides what a source is compiled to
   */
  public ProgramCache(String folder, String... makers) {
    this.folder = CacheFolder.of(folder);
    this.makers = String.join("\n", makers);
  }

  public Path folder() {
    return folder;
  }

  /** The name under which the program is kept. */
  public String key(String source) {
    return Sha256.hex(makers.getBytes(StandardCharsets.UTF_8), source.getBytes(StandardCharsets.UTF_8));
  }

  private Path path(String key) {
    return folder.resolve(key + ".bin");
  }

  /** The binary; null if there is none that is whole. */
  public byte @Nullable [] load(String key) {
    var path = path(key);
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) return null;
    try {
      if (Files.isRegularFile(path) && Files.size(path) <= MOST_BYTES) {
        var bytes = Files.readAllBytes(path);
        int start = MAGIC.length + Sha256.BYTES;
        if (bytes.length > start && Arrays.equals(MAGIC, 0, MAGIC.length, bytes, 0, MAGIC.length)) {
          var binary = Arrays.copyOfRange(bytes, start, bytes.length);
          if (Arrays.equals(Sha256.of(binary), 0, Sha256.BYTES, bytes, MAGIC.length, start)) return binary;
        }
      }
    } catch (IOException _) {
      // it cannot be read, or another process has deleted it meanwhile
    }
    tell(path);
    forget(key);
    return null;
  }

  /** Once: a disk that has lost one file has often lost others. */
  private void tell(Path path) {
    if (told) return;
    told = true;
    System.err.println(
        "jacquard: " + path + " is not a compiled program as it was kept. It is compiled again, as are"
            + " others in its folder of which this is true.");
  }

  /** Keeps a binary; a disk that is full is no error. */
  public void store(String key, byte[] binary) {
    var hash = Sha256.of(binary);
    var file = Arrays.copyOf(MAGIC, MAGIC.length + Sha256.BYTES + binary.length);
    System.arraycopy(hash, 0, file, MAGIC.length, Sha256.BYTES);
    System.arraycopy(binary, 0, file, MAGIC.length + Sha256.BYTES, binary.length);
    try {
      AtomicFile.write(path(key), file);
    } catch (JacquardException _) {
      // a full disk costs the next start its time, not this one its result
    }
  }

  /** Deletes what is kept, as when a driver refuses it. */
  public void forget(String key) {
    try {
      Files.deleteIfExists(path(key));
    } catch (IOException _) {
      // it will be written over
    }
  }
}
