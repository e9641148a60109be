package io.jacquard.opencl;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jacquard.kernels.plan.Tuning;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;
import io.jacquard.spi.OpenOptions;
import io.jacquard.spi.Probe;

/** The OpenCL device that tests run on; without one they are skipped, and say why. */
final class TestDevice {
  private TestDevice() {}

  private static void assume() {
    if (new OpenClProvider().probe() instanceof Probe.Unavailable(var reason, var cure))
      assumeTrue(false, "OpenCL: " + reason + "; " + cure);
  }

  static Device open() {
    assume();
    return Backends.discover().choose("opencl", OpenOptions.DEFAULT).device();
  }

  /** The first device, as its driver describes it. */
  static ClDevice first() {
    assume();
    return Discovery.look().devices().getFirst();
  }

  /** The first device, as if it were a GPU that has float16. */
  static ClDevice withHalves() {
    var d = first();
    return new ClDevice(d.platform(), d.id(), d.name(), d.vendor(), d.version(), d.driver(), false, d.units(),
        d.memory(), d.largestBuffer(), d.localMemory(), d.largestGroup(), d.vectorWidth(), d.float64(), true,
        d.subgroups(), d.roundsDivisions(), d.available(), d.compiler());
  }

  /** The first device, with kernels made as another one would have them. */
  static Device tuned(Tuning tuning) {
    return new Device(new OpenClBackend(first(), 0, tuning));
  }
}
