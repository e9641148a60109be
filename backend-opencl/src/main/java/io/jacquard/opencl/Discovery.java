package io.jacquard.opencl;

import io.jacquard.kernels.CacheFolder;
import io.jacquard.spi.Probe;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jocl.CL;
import org.jocl.CLException;
import org.jocl.cl_device_id;
import org.jocl.cl_platform_id;

/** Looks for OpenCL devices, over all platforms: GPUs and accelerators first, then CPUs, then what cannot be used. */
final class Discovery {
  private static final String CURE = "install your GPU's OpenCL driver, or PoCL to run on the CPU (Debian: apt install "
      + "pocl-opencl-icd ocl-icd-libopencl1)";

  /** JOCL's constant has 64 ones instead of 32, which Mesa's rusticl refuses. */
  private static final long EVERY_TYPE = 0xFFFF_FFFFL;

  /** What was found. */
  record Found(Probe probe, List<ClDevice> devices) {
    /** Whether there is more than CPUs, for which the CPU backend is the better choice. */
    boolean hasGpu() {
      return devices.stream().anyMatch(d -> !d.cpu() && isUsable(d));
    }
  }

  private Discovery() {}

  static Found look() {
    if (Natives.loader() == null) return nothing("no OpenCL loader (libOpenCL) was found", CURE);
    try {
      Natives.loadJocl();
      var problems = new ArrayList<String>();
      var devices = devices(problems);
      if (devices.isEmpty())
        return nothing("the OpenCL loader is there, but no driver (ICD) offers a device" + Vendors.inWords()
            + String.join("", problems), CURE);
      var infos = IntStream.range(0, devices.size()).mapToObj(i -> devices.get(i).info(i)).toList();
      return new Found(new Probe.Available(infos), devices);
    } catch (LinkageError e) {
      return nothing("JOCL's native library does not load: " + firstLine(e),
          "use a 64-bit Linux, Windows or macOS");
    } catch (CLException e) {
      return nothing("asking the OpenCL drivers for devices failed with " + firstLine(e),
          "check them with clinfo");
    } catch (IOException | RuntimeException e) {
      return nothing("JOCL's native library could not be extracted: " + firstLine(e),
          "name a folder that can be written to with -D" + CacheFolder.PROPERTY + "=...");
    }
  }

  private static Found nothing(String reason, String cure) {
    return new Found(new Probe.Unavailable(reason, cure), List.of());
  }

  private static String firstLine(Throwable e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("no message");
  }

  /** A driver that fails does not hide the others; what it said is added to {@code problems}. */
  private static List<ClDevice> devices(List<String> problems) {
    var all = new ArrayList<ClDevice>();
    for (var platform : platforms()) {
      try {
        for (var id : devices(platform)) all.add(ClDevice.of(platform, id));
      } catch (CLException e) {
        problems.add("; asking one for its devices failed with " + firstLine(e));
      }
    }
    // Stable: otherwise as the platforms name them.
    all.sort(Comparator.comparing((ClDevice d) -> !isUsable(d)).thenComparing(ClDevice::cpu));
    return all;
  }

  private static boolean isUsable(ClDevice device) {
    return Requirements.problem(device) == null;
  }

  private static cl_platform_id[] platforms() {
    var count = new int[1];
    try {
      CL.clGetPlatformIDs(0, null, count);
    } catch (CLException _) {
      return new cl_platform_id[0]; // CL_PLATFORM_NOT_FOUND_KHR: a loader without drivers
    }
    var platforms = new cl_platform_id[count[0]];
    if (platforms.length > 0) CL.clGetPlatformIDs(platforms.length, platforms, null);
    return platforms;
  }

  private static cl_device_id[] devices(cl_platform_id platform) {
    var count = new int[1];
    try {
      CL.clGetDeviceIDs(platform, EVERY_TYPE, 0, null, count);
    } catch (CLException e) {
      if (e.getStatus() == CL.CL_DEVICE_NOT_FOUND) return new cl_device_id[0];
      throw e;
    }
    var ids = new cl_device_id[count[0]];
    CL.clGetDeviceIDs(platform, EVERY_TYPE, ids.length, ids, null);
    return ids;
  }
}
