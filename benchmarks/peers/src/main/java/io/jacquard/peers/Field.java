package io.jacquard.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who takes part: Jacquard; libtorch, TensorFlow, Deeplearning4j and ONNX Runtime from Maven; and PyTorch in Python where one
 * is named. PyTorch comes as it is, and tuned.
 */
final class Field implements AutoCloseable {
  /** glibc's allocator made to keep what it has, instead of asking the kernel for fresh pages again and again. */
  private static final Map<String, String> KEEPING_MEMORY = Map.of("MALLOC_MMAP_MAX_", "0",
      "MALLOC_TRIM_THRESHOLD_",
      "17179869184", "MALLOC_TOP_PAD_", "67108864");

  /** A contestant that has not started yet. */
  record Entrant(String label, Starting starting) {
    /** A process of it, which others like it do not know of. */
    Contestant start() throws IOException {
      return starting.start(label);
    }
  }

  /** Starts a contestant's process. */
  @FunctionalInterface
  interface Starting {
    Contestant start(String label) throws IOException;
  }

  private final List<Entrant> entrants = new ArrayList<>();
  private final List<Contestant> contestants = new ArrayList<>();

  /**
   * @param python one that can import torch; null for none
   * @param benchmarks the folder of that name
   */
  Field(int threads, Path python, Path benchmarks) throws IOException {
    var plain = Map.of("OMP_NUM_THREADS", String.valueOf(threads));
    var tuned = new LinkedHashMap<>(plain);
    tuned.putAll(KEEPING_MEMORY);
    if (avx512()) tuned.put("OPENBLAS_CORETYPE", "SkylakeX");
    var own = System.getProperty("java.class.path");
    java(Row.OURS, JacquardEngine.class.getName(), own, threads, Map.of());
    java("libtorch", LibtorchEngine.class.getName(), own, threads, plain);
    java("libtorch tuned", LibtorchEngine.class.getName(), own, threads, Map.copyOf(tuned));
    // Each with a class path of its own: they want different versions of the same libraries.
    var peers = benchmarks.resolve("peers");
    java("TensorFlow", "io.jacquard.peers.tensorflow.TensorFlowEngine", jars(peers, "tensorflow"), threads,
        plain);
    java("DL4J", "io.jacquard.peers.dl4j.Dl4jEngine", jars(peers, "dl4j"), threads, plain);
    java("ONNX Runtime", "io.jacquard.peers.onnxruntime.OnnxRuntimeEngine", jars(peers, "onnxruntime"),
        threads,
        plain);
    if (python != null) {
      var script = benchmarks.resolve("pytorch").resolve("peer.py");
      if (avx512())
        tuned.put("LD_PRELOAD", preload(script.resolveSibling("mkl_avx512.c")).toString());
      entrants.add(new Entrant("PyTorch",
          label -> Contestant.python(label, python, script, "plain", threads, plain)));
      entrants.add(new Entrant("PyTorch tuned",
          label -> Contestant.python(label, python, script, "tuned", threads, tuned)));
    }
    for (var entrant : entrants) contestants.add(entrant.start());
  }

  private void java(String label, String engine, String classPath, int threads,
      Map<String, String> environment) {
    entrants.add(new Entrant(label, own -> Contestant.java(own, engine, classPath, threads, environment)));
  }

  private static String jars(Path peers, String module) {
    return peers.resolve(module).resolve("target/jacquard/lib") + "/*";
  }

  /** Started once, Jacquard first. */
  List<Contestant> contestants() {
    return contestants;
  }

  /** To start more of them. */
  List<Entrant> entrants() {
    return entrants;
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
