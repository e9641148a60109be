package io.jacquard.opencl;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;
import io.jacquard.spi.OpenOptions;
import io.jacquard.spi.Probe;

/** The OpenCL device that tests run on; without one they are skipped, and say why. */
final class TestDevice {
  private TestDevice() {}

  static void assume() {
    if (new OpenClProvider().probe() instanceof Probe.Unavailable(var reason, var cure))
      assumeTrue(false, "OpenCL: " + reason + "; " + cure);
  }

  static Device open() {
    assume();
    return Backends.discover().choose("opencl", OpenOptions.DEFAULT).device();
  }
}
