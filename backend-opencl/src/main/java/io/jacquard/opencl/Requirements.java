package io.jacquard.opencl;

import io.jacquard.JacquardException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a device must have for the kernels to run on it. */
final class Requirements {
  /** What the kernels take at most: a work-group of 256 that folds three results with their positions. */
  static final long LOCAL_MEMORY = 16 << 10;
  static final int GROUP = 64;
  private static final Pattern OLD = Pattern.compile("OpenCL 1\\.[01]\\b.*");

  private Requirements() {}

  /** Why the device cannot be used; null if it can. */
  static @Nullable String problem(ClDevice device) {
    if (!device.available()) return "its driver says that it is not available";
    if (!device.compiler()) return "its driver has no compiler for kernels";
    if (OLD.matcher(device.version()).matches()) return "it has " + device.version() + ", and 1.2 is needed";
    if (device.localMemory() < LOCAL_MEMORY)
      return "it has " + device.localMemory() + " bytes of local memory, and " + LOCAL_MEMORY + " are needed";
    if (device.largestGroup() < GROUP)
      return "its work-groups have at most " + device.largestGroup() + " items, and " + GROUP + " are needed";
    return null;
  }

  /** Refuses a device that cannot be used. */
  static void check(ClDevice device, String name) {
    var problem = problem(device);
    if (problem != null)
      throw new JacquardException("The device " + name + " (" + device.name() + ", driver " + device.driver()
          + ") cannot be used: " + problem + ". Choose another one; 'jacquard devices' lists them.");
  }
}
