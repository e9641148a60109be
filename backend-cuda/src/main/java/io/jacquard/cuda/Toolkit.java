package io.jacquard.cuda;

import io.jacquard.io.AtomicFile;
import io.jacquard.kernels.CacheFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * NVRTC and cuBLAS, found and loaded: of the newest CUDA that the driver supports, from the first place that has it. The
 * places are the folders that {@code JACQUARD_CUDA} names, the loader's own, toolkits, Python's packages, and jars. Where
 * there is no NVRTC, {@link ShippedKernels} take its place if this build has them.
 *
 * @param nvrtc null if there is none
 * @param cublas null if there is none of the same CUDA
 * @param shipped null if there is an NVRTC, or if this build has none
 * @param links what was found or is missing, for a user
 */
record Toolkit(@Nullable Library nvrtc, @Nullable Library cublas, @Nullable ShippedKernels shipped,
    List<Link> links) {
  /** The releases that JCuda's natives can be led to, the newest first. */
  static final int[] MAJORS = {13, 12};
  /** The library that may be missing. */
  static final String MATRICES = "cuBLAS";
  /** Where jars of redistributable libraries have them. */
  static final String JAR_FOLDER = "org/bytedeco/cuda/linux-x86_64/";

  private static final String CURE = "install the CUDA toolkit, or name the folder of its libraries in "
      + Places.VARIABLE;

  /** What shipped kernels would need. */
  private static final String OTHER_CURE = ", or take a build of Jacquard that ships kernels as PTX (this one was made "
      + "without nvcc)";

  /** Whether kernels can be had. */
  boolean hasKernels() {
    return nvrtc != null || shipped != null;
  }

  /** The CUDA that JCuda's libraries are to be led to. */
  int major() {
    return nvrtc != null ? nvrtc.major() : cublas != null ? cublas.major() : MAJORS[0];
  }

  /**
   * @param driverVersion what the driver supports, as 13000 for 13.0
   * @param shipped the kernels of this build; null if it has none
   */
  static Toolkit find(Machine machine, int driverVersion, @Nullable ShippedKernels shipped) {
    var search = new Search(machine);
    var wrong = search.places.wrong();
    if (wrong != null)
      return without(Link.missing(Places.VARIABLE,
          Places.VARIABLE + " names " + wrong + ", where there is nothing", "correct or unset it"));
    int newest = driverVersion / 1000;
    Library nvrtc = null;
    for (int major : MAJORS) {
      if (major > newest) continue;
      var compiler = search.load("NVRTC", "libnvrtc.so." + major, major);
      if (compiler == null) continue;
      var blas = search.load(MATRICES, "libcublas.so." + major, major);
      if (blas != null)
        return new Toolkit(compiler, blas, null, List.of(link(compiler), link(blas)));
      if (nvrtc == null) nvrtc = compiler;
    }
    if (newest < MAJORS[MAJORS.length - 1])
      return without(Link.missing("NVRTC",
          "the driver supports CUDA " + DriverProbe.version(driverVersion) + ", and 12.0 is needed",
          "update the NVIDIA driver"));
    if (nvrtc == null)
      return shipped != null ? search.shipped(shipped, newest) : without(Link.missing("NVRTC",
          "CUDA's compiler " + search.missing("libnvrtc.so.", newest), CURE + OTHER_CURE));
    return new Toolkit(nvrtc, null, null, List.of(link(nvrtc), search.noMatrices(nvrtc.major())));
  }

  private static Toolkit without(Link missing) {
    return new Toolkit(null, null, null, List.of(missing));
  }

  private static Link link(Library library) {
    return Link.found(library.name(), library.major() + " from " + library.file());
  }

  /** One search, with what went wrong in it. */
  private static final class Search {
    final Machine machine;
    final Places places;
    final List<String> problems = new ArrayList<>();

    Search(Machine machine) {
      this.machine = machine;
      places = new Places(machine);
    }

    @Nullable
    Library load(String name, String soname, int major) {
      var file = fromFolders(places.named(), soname, major);
      if (file == null) file = fromLoader(soname);
      if (file == null) file = fromFolders(places.toolkits(), soname, major);
      if (file == null) file = fromFolders(places.python(), soname, major);
      if (file == null) file = fromJar(soname, major);
      return file == null ? null : new Library(name, major, file);
    }

    /** Kernels that need no compiler, and whatever cuBLAS there is. */
    Toolkit shipped(ShippedKernels shipped, int newest) {
      var kernels = Link.found("kernels",
          "shipped as PTX (" + shipped.about() + "), since there is no NVRTC; for others, "
              + ShippedKernels.CURE);
      for (int major : MAJORS) {
        var blas = major > newest ? null : load(MATRICES, "libcublas.so." + major, major);
        if (blas != null) return new Toolkit(null, blas, shipped, List.of(kernels, link(blas)));
      }
      return new Toolkit(null, null, shipped, List.of(kernels, noMatrices(newest)));
    }

    Link noMatrices(int major) {
      return Link.missing(MATRICES, "CUDA's matrix library " + missing("libcublas.so.", major), CURE);
    }

    private @Nullable String fromFolders(List<Path> folders, String soname, int major) {
      for (var folder : folders) {
        var file = folder.resolve(soname);
        if (!machine.isFile(file)) continue;
        for (var helper : helpers(folder, soname, major)) loads(helper.toString());
        if (loads(file.toString())) return file.toString();
      }
      return null;
    }

    private @Nullable String fromLoader(String soname) {
      try {
        machine.load(soname);
        return soname;
      } catch (UnsatisfiedLinkError _) {
        return null; // the usual case, and no problem
      }
    }

    private boolean loads(String file) {
      try {
        machine.load(file);
        return true;
      } catch (UnsatisfiedLinkError e) {
        problems.add(file + " does not load (" + e.getMessage() + ")");
        return false;
      }
    }

    /** NVRTC opens its helper by bare name, and cuBLAS needs its by soname: one that is loaded satisfies both. */
    private List<Path> helpers(Path folder, String soname, int major) {
      var pattern = soname.contains("nvrtc") ? "libnvrtc-builtins\\.so\\." + major + "\\.\\d+"
          : "libcublasLt\\.so\\." + major;
      return machine.list(folder).stream().filter(p -> p.getFileName().toString().matches(pattern)).toList();
    }

    private @Nullable String fromJar(String soname, int major) {
      if (machine.resource(JAR_FOLDER + soname) == null) return null;
      var folder = CacheFolder.of("cuda-" + major);
      var helpers = soname.contains("nvrtc")
          ? IntStream.range(0, 10).mapToObj(minor -> "libnvrtc-builtins.so." + major + "." + minor)
          : Stream.of("libcublasLt.so." + major);
      for (var name : Stream.concat(helpers, Stream.of(soname)).toList()) {
        var url = machine.resource(JAR_FOLDER + name);
        if (url != null) extract(url, folder.resolve(name));
      }
      return fromFolders(List.of(folder), soname, major);
    }

    /** These are large, so the size must do to tell that the file is there already. */
    private static void extract(URL url, Path file) {
      try {
        var connection = url.openConnection();
        if (Files.isRegularFile(file) && Files.size(file) == connection.getContentLengthLong()) return;
        try (var in = connection.getInputStream()) {
          AtomicFile.write(file, channel -> in.transferTo(Channels.newOutputStream(channel)));
        }
      } catch (IOException e) {
        throw new UncheckedIOException("extracting " + file, e);
      }
    }

    String missing(String soname, int major) {
      var text = "(" + soname + major
          + ") was not found by the loader, in /usr/local/cuda, in Python's packages or in a jar";
      return problems.isEmpty() ? text : text + "; " + String.join("; ", problems);
    }
  }
}
