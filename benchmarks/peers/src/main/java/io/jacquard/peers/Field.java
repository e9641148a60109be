package io.jacquard.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who takes part: Jacquard, libtorch from Maven, and PyTorch in Python where one is named; the peers each as they come,
 * and tuned.
 */
final class Field implements AutoCloseable {
  /** glibc's allocator made to keep what it has, instead of asking the kernel for fresh pages again and again. */
  private static final Map<String, String> KEEPING_MEMORY = Map.of("MALLOC_MMAP_MAX_", "0",
      "MALLOC_TRIM_THRESHOLD_",
      "17179869184", "MALLOC_TOP_PAD_", "67108864");

  private final List<Contestant> contestants = new ArrayList<>();

  /**
   * @param python one that can import torch; null for none
   * @param scripts the folder benchmarks/pytorch
   */
  Field(int threads, Path python, Path scripts) throws IOException {
    var plain = Map.of("OMP_NUM_THREADS", String.valueOf(threads));
    var tuned = new LinkedHashMap<>(plain);
    tuned.putAll(KEEPING_MEMORY);
    if (avx512()) tuned.put("OPENBLAS_CORETYPE", "SkylakeX");
    contestants.add(Contestant.java("Jacquard", "jacquard", threads, Map.of()));
    contestants.add(Contestant.java("libtorch", "libtorch", threads, plain));
    contestants.add(Contestant.java("libtorch tuned", "libtorch", threads, tuned));
    if (python == null) return;
    var script = scripts.resolve("peer.py");
    if (avx512()) tuned.put("LD_PRELOAD", preload(scripts.resolve("mkl_avx512.c")).toString());
    contestants.add(Contestant.python("PyTorch", python, script, "plain", threads, plain));
    contestants.add(Contestant.python("PyTorch tuned", python, script, "tuned", threads, tuned));
  }

  /** Jacquard is the first. */
  List<Contestant> contestants() {
    return contestants;
  }

  private static boolean avx512() throws IOException {
    var cpuinfo = Path.of("/proc/cpuinfo");
    return Files.exists(cpuinfo) && Files.readString(cpuinfo).contains("avx512f");
  }

  private static Path preload(Path source) throws IOException {
    var library = Files.createTempDirectory("jacquard-peers").resolve("mkl_avx512.so");
    try {
      int code = new ProcessBuilder("cc", "-shared", "-fPIC", "-o", library.toString(), source.toString())
          .inheritIO()
          .start().waitFor();
      if (code != 0) throw new IOException("cc could not compile " + source);
    } catch (InterruptedException e) {
      throw new IOException("interrupted while cc compiled " + source, e);
    }
    return library;
  }

  @Override
  public void close() {
    contestants.forEach(Contestant::close);
  }
}
