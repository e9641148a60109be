package io.jacquard.kernels;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;

/**
 * Where what was extracted or compiled is kept from run to run: the folder that the system property {@code
 * jacquard.cache} names, or else {@code jacquard} in the user's cache folder. It is the user's alone; where none can be
 * made, a fresh temporary folder takes its place.
 *
 * <pre>{@code
 * Path folder = CacheFolder.of("opencl");
 * }</pre>
 */
public final class CacheFolder {
  /** The system property that names the folder. */
  public static final String PROPERTY = "jacquard.cache";

  private CacheFolder() {}

  /** A folder in the cache, made if it is not there. */
  public static Path of(String name) {
    var folder = root().resolve(name);
    try {
      createPrivate(folder);
      if (Files.isWritable(folder)) return folder;
    } catch (IOException _) {
      // a home that cannot be written to, as in some containers
    }
    try {
      return Files.createTempDirectory("jacquard-" + name); // its user's alone, too
    } catch (IOException e) {
      throw new UncheckedIOException("no folder for " + name, e);
    }
  }

  private static void createPrivate(Path folder) throws IOException {
    if (Files.isDirectory(folder)) return;
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createDirectories(folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } else {
      Files.createDirectories(folder);
    }
  }

  private static Path root() {
    var named = System.getProperty(PROPERTY);
    if (named != null) return Path.of(named);
    var home = System.getProperty("user.home");
    var os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    if (os.contains("windows")) {
      var local = System.getenv("LOCALAPPDATA");
      return (local == null ? Path.of(home) : Path.of(local)).resolve("jacquard");
    }
    if (os.contains("mac")) return Path.of(home, "Library", "Caches", "jacquard");
    var xdg = System.getenv("XDG_CACHE_HOME");
    return (xdg == null || xdg.isBlank() ? Path.of(home, ".cache") : Path.of(xdg)).resolve("jacquard");
  }
}
