package io.jacquard.cuda;

import io.jacquard.kernels.GpuCompilers;
import io.jacquard.kernels.KernelSource;
import io.jacquard.kernels.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes the files of {@link ShippedKernels}, where nvcc is installed; the build runs it once the tests are compiled. It does
 * nothing if the folder holds what these sources and this nvcc make already.
 */
final class ShippedKernelsBuild {
  private static final String STAMP = "stamp.txt";

  private ShippedKernelsBuild() {}

  /** @param args the folder of compiled classes, where the files go; one for what need not be kept */
  public static void main(String[] args) throws Exception {
    var folder = Path.of(args[0], "io", "jacquard", "cuda", ShippedKernels.FOLDER);
    var work = Files.createDirectories(Path.of(args[1]));
    var version = GpuCompilers.nvccVersion(work);
    if (version == null) {
      System.out.println("No PTX is shipped: nvcc is not on the path. CUDA will need NVRTC.");
      return;
    }
    long start = System.nanoTime();
    System.setProperty(io.jacquard.kernels.CacheFolder.PROPERTY, work.resolve("cache").toString());
    var kernels = StandardTrainings.kernelsAndFunctions();
    var stamp = Sha256.hex(version.getBytes(StandardCharsets.UTF_8),
        String.join("\n", kernels.keySet()).getBytes(StandardCharsets.UTF_8));
    var stampFile = work.resolve(STAMP);
    if (Files.exists(folder.resolve(ShippedKernels.ABOUT)) && Files.exists(stampFile)
        && Files.readString(stampFile).equals(stamp))
      return;
    write(folder, modules(kernels, work), "%d kernels by nvcc %s".formatted(kernels.size(), version));
    Files.writeString(stampFile, stamp);
    System.out.printf("%d kernels are shipped as PTX, made in %.1f s%n", kernels.size(),
        (System.nanoTime() - start) / 1e9);
  }

  /** PTX by the names of the files. */
  static Map<String, String> modules(Map<String, KernelSource> kernels, Path work)
      throws IOException, InterruptedException {
    var named = new LinkedHashMap<String, KernelSource>();
    var names = new HashMap<String, String>();
    for (var source : kernels.values()) {
      var namespace = "k" + named.size();
      named.put(namespace, source);
      names.put(namespace, source.name());
    }
    var ptx = new GpuCompilers(work).ptx(named, ShippedKernels.OLDEST);
    var files = new LinkedHashMap<String, String>();
    PtxText.modules(ptx, names)
        .forEach((namespace, text) -> files.put(ShippedKernels.file(named.get(namespace).text()), text));
    if (files.size() != kernels.size())
      throw new IllegalStateException(files.size() + " of " + kernels.size() + " kernels were compiled");
    return files;
  }

  private static void write(Path folder, Map<String, String> files, String about) throws IOException {
    Files.createDirectories(folder);
    try (var old = Files.list(folder)) {
      for (var file : old.toList()) Files.delete(file);
    }
    for (var file : files.entrySet()) Files.writeString(folder.resolve(file.getKey()), file.getValue());
    Files.writeString(folder.resolve(ShippedKernels.ABOUT), about);
  }
}
