package io.jacquard.cuda;

import io.jacquard.kernels.CacheFolder;
import io.jacquard.spi.Probe;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Goes along the chain from Java to a GPU: the driver, its GPUs, NVRTC, cuBLAS, and JCuda's libraries. It ends at the first
 * link that is missing, except that cuBLAS may be, and NVRTC where kernels are shipped.
 */
final class Discovery {
  private static final String PLATFORM = "Linux amd64";

  /**
   * What was found.
   *
   * @param links those that were looked at
   * @param toolkit null if the search ended before
   */
  record Found(List<CudaDevice> devices, List<Link> links, @Nullable Toolkit toolkit) {
    /** What keeps this machine from computing with CUDA; empty if nothing does. */
    Optional<Link> missing() {
      return links.stream().filter(l -> !l.found() && !l.name().equals(Toolkit.MATRICES)).findFirst();
    }

    /** All links in a line. */
    String chain() {
      return links.stream().map(Link::toString).collect(Collectors.joining("; "));
    }

    /** What users are told: of each device what was found on the way to it, or what is missing. */
    Probe probe() {
      var missing = missing();
      if (missing.isEmpty()) {
        boolean cublas = toolkit != null && toolkit.cublas() != null;
        return new Probe.Available(devices.stream().map(d -> CudaBackend.info(d, chain(), cublas)).toList());
      }
      var before = links.stream().filter(Link::found).map(Link::toString)
          .collect(Collectors.joining("; "));
      var link = missing.get();
      return new Probe.Unavailable(link.detail() + (before.isEmpty() ? "" : " (found: " + before + ")"),
          link.cure());
    }
  }

  private Discovery() {}

  /** @param shipped the kernels of this build; null if it has none */
  static Found look(Machine machine, @Nullable ShippedKernels shipped) {
    if (!machine.platform().equals(PLATFORM))
      return new Found(List.of(), List.of(Link.missing("platform",
          "JCuda is set up for Linux on x86-64 only, and this is " + machine.platform(),
          "use OpenCL or the CPU")), null);
    var answer = DriverProbe.ask(machine);
    var links = new ArrayList<>(answer.links());
    if (answer.devices().isEmpty()) return new Found(List.of(), links, null);
    var toolkit = Toolkit.find(machine, answer.version(), shipped);
    links.addAll(toolkit.links());
    if (toolkit.hasKernels())
      links.add(jcuda(toolkit.major(), toolkit.nvrtc() != null, toolkit.cublas() != null));
    return new Found(answer.devices(), links, toolkit);
  }

  /** Loads JCuda's libraries for a CUDA whose libraries are loaded. */
  static Link jcuda(int major, boolean compiler, boolean matrices) {
    try {
      var folder = JcudaNatives.prepare(major);
      for (var part : JcudaNatives.Part.values()) {
        boolean wanted = switch (part) {
          case DRIVER -> true;
          case COMPILER -> compiler;
          case MATRICES -> matrices;
        };
        if (wanted) JcudaNatives.load(part, folder);
      }
      return Link.found("JCuda", "for CUDA " + major + " in " + folder);
    } catch (LinkageError e) {
      return Link.missing("JCuda", "JCuda's libraries do not load: " + firstLine(e),
          "report this, with the versions of your driver and toolkit");
    } catch (IOException | RuntimeException e) {
      return Link.missing("JCuda", "JCuda's libraries could not be extracted: " + firstLine(e),
          "name a folder that can be written to with -D" + CacheFolder.PROPERTY + "=...");
    }
  }

  /** JCuda says in many lines why a library does not load; the reason stands behind the last colon of one of them. */
  private static String firstLine(Throwable e) {
    return String.valueOf(e.getMessage()).lines().map(String::strip)
        .filter(l -> l.contains("cannot open") || l.contains("not found") || l.contains("Error:"))
        .reduce((a, b) -> b)
        .orElse(String.valueOf(e.getMessage()).lines().findFirst().orElse("no message"));
  }
}
