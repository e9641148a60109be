package io.jacquard.opencl;

import io.jacquard.JacquardException;
import io.jacquard.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Compiled programs on disk, each under a name made of its source, the compiler's options, the device and its driver. A
 * file holds a line that says what it is, the SHA-256 of what follows, and the driver's binary; one that does not is
 * deleted, and the program compiled again.
 */
final class ProgramCache {
  private static final byte[] MAGIC = "jacquard opencl program 1\n".getBytes(StandardCharsets.US_ASCII);

  private final Path folder = CacheFolder.of("opencl");
  private final String device;

  ProgramCache(ClDevice device, String options) {
    this.device = String.join("\n", options, device.name(), device.vendor(), device.version(),
        device.driver());
  }

  Path folder() {
    return folder;
  }

  String key(String source) {
    return Sha256.hex(device.getBytes(StandardCharsets.UTF_8), source.getBytes(StandardCharsets.UTF_8));
  }

  private Path path(String key) {
    return folder.resolve(key + ".bin");
  }

  /** The binary; null if there is none that is whole. */
  byte @Nullable [] load(String key) {
    try {
      var bytes = Files.readAllBytes(path(key));
      int start = MAGIC.length + Sha256.BYTES;
      if (bytes.length > start && Arrays.equals(MAGIC, 0, MAGIC.length, bytes, 0, MAGIC.length)) {
        var binary = Arrays.copyOfRange(bytes, start, bytes.length);
        if (Arrays.equals(Sha256.of(binary), 0, Sha256.BYTES, bytes, MAGIC.length, start)) return binary;
      }
      forget(key);
    } catch (IOException _) {
      // it is not there
    }
    return null;
  }

  void store(String key, byte[] binary) {
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

  void forget(String key) {
    try {
      Files.deleteIfExists(path(key));
    } catch (IOException _) {
      // it will be written over
    }
  }
}
