package io.jacquard.cuda;

import io.jacquard.io.AtomicFile;
import io.jacquard.kernels.CacheFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * JCuda's own libraries, led to the CUDA that was found.
 *
 * <p>JCuda would copy them to the shared temporary folder, and reuse whatever file of that name it finds there. So it is led
 * to a folder of ours, one for each CUDA, in which the right files already lie, written in one step and compared each time.
 */
final class JcudaNatives {
  private static final String VERSION = "12.6.0";
  private static final String MADE_FOR = "12";

  /** What of JCuda is used, each with the class whose making loads it. */
  enum Part {
    DRIVER("JCudaDriver", "jcuda.driver.JCudaDriver"), COMPILER("JNvrtc", "jcuda.nvrtc.JNvrtc"), MATRICES(
        "JCublas2", "jcuda.jcublas.JCublas2");

    final String library;
    final String owner;

    Part(String library, String owner) {
      this.library = library;
      this.owner = owner;
    }

    String file() {
      return "lib" + library + "-" + VERSION + "-linux-x86_64.so";
    }
  }

  private static final Set<Part> LOADED = new HashSet<>();

  private JcudaNatives() {}

  /** The folder with all parts, for CUDA {@code major}. */
  static Path prepare(int major) throws IOException {
    var folder = CacheFolder.of("jcuda-" + VERSION + "-cuda" + major);
    for (var part : Part.values()) {
      var bytes = retargeted(part, major);
      var file = folder.resolve(part.file());
      if (!Files.isRegularFile(file) || !Arrays.equals(Files.readAllBytes(file), bytes))
        AtomicFile.write(file, bytes);
    }
    return folder;
  }

  /** The library as it must be for CUDA {@code major}. */
  static byte[] retargeted(Part part, int major) throws IOException {
    try (var in = JcudaNatives.class.getResourceAsStream("/lib/" + part.file())) {
      if (in == null) throw new IOException("JCuda's " + part.file() + " is not on the class path");
      var bytes = in.readAllBytes();
      var image = new ElfImage(bytes);
      for (var name : new String[]{"libcublas.so.", "libnvrtc.so."})
        image.rename(name + MADE_FOR, name + major);
      image.setRunPath("$ORIGIN");
      return bytes;
    }
  }

  /**
   * Loads a part from a {@link #prepare prepared} folder. What it needs must have been loaded before, or be where the
   * loader finds it.
   *
   * @throws LinkageError if it does not load
   */
  static synchronized void load(Part part, Path folder) {
    if (LOADED.contains(part)) return;
    var usual = System.getProperty("java.io.tmpdir");
    System.setProperty("java.io.tmpdir", folder.toString()); // where JCuda, while its class is made, looks
    try {
      Class.forName(part.owner, true, JcudaNatives.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new NoClassDefFoundError(part.owner);
    } finally {
      System.setProperty("java.io.tmpdir", usual);
    }
    LOADED.add(part);
  }
}
