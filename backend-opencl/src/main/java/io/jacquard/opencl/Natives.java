package io.jacquard.opencl;

import io.jacquard.io.AtomicFile;
import io.jacquard.kernels.CacheFolder;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jocl.CL;
import org.jocl.LibUtils;
import org.jspecify.annotations.Nullable;

/**
 * The two native libraries: the system's OpenCL loader, looked for without touching any class of JOCL, and JOCL's own.
 *
 * <p>JOCL would copy its library to the shared temporary folder, and reuse whatever file of that name it finds there. So
 * it is led to a folder of our own, in which the right file already lies, written in one step and compared each time.
 */
final class Natives {
  private static final String JOCL = "JOCL_2_0_6";
  private static boolean joclLoaded;

  private Natives() {}

  /** The system's OpenCL loader; null if there is none. */
  @SuppressWarnings("restricted") // the launcher allows native access
  static @Nullable SymbolLookup loader() {
    for (var name : loaderNames()) {
      try {
        return SymbolLookup.libraryLookup(name, Arena.global());
      } catch (IllegalArgumentException _) {
        // try the next
      }
    }
    return null;
  }

  private static List<String> loaderNames() {
    var os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    if (os.contains("windows")) return List.of("OpenCL.dll");
    if (os.contains("mac")) return List.of("/System/Library/Frameworks/OpenCL.framework/OpenCL");
    return List.of("libOpenCL.so.1", "libOpenCL.so");
  }

  /**
   * Loads JOCL's library.
   *
   * @throws LinkageError if this kind of machine has none, or it does not load
   */
  static synchronized void loadJocl() throws IOException {
    if (joclLoaded) return;
    var folder = extract(LibUtils.createLibraryFileName(LibUtils.createPlatformLibraryName(JOCL)));
    var usual = System.getProperty("java.io.tmpdir");
    System.setProperty("java.io.tmpdir", folder.toString()); // where JOCL, while its class is made, looks for
                                                             // the file
    try {
      CL.setExceptionsEnabled(true);
    } finally {
      System.setProperty("java.io.tmpdir", usual);
    }
    joclLoaded = true;
  }

  private static Path extract(String file) throws IOException {
    try (var in = Natives.class.getResourceAsStream("/lib/" + file)) {
      if (in == null) throw new UnsatisfiedLinkError("JOCL has no library for this machine (" + file + ")");
      var bytes = in.readAllBytes();
      var folder = CacheFolder.of("jocl");
      var path = folder.resolve(file);
      if (!Files.isRegularFile(path) || !Arrays.equals(Files.readAllBytes(path), bytes))
        AtomicFile.write(path, bytes);
      return folder;
    }
  }
}
