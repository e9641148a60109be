package io.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.spi.OutOfDeviceMemory;
import org.junit.jupiter.api.Test;

/** Devices that lack what kernels need are listed, and refused when they are opened. */
class RequirementsTest {
  /** The device of the tests, with other figures. */
  private static ClDevice device(String version, long memory, long localMemory, long group, boolean available,
      boolean compiler) {
    var d = TestDevice.first();
    return new ClDevice(d.platform(), d.id(), d.name(), d.vendor(), version, d.driver(), d.cpu(), d.units(),
        memory,
        memory, localMemory, group, d.vectorWidth(), d.float64(), d.float16(), d.subgroups(),
        d.roundsDivisions(),
        available, compiler);
  }

  private static void isRefused(ClDevice device, String problem) {
    assertEquals(problem, Requirements.problem(device));
    assertTrue(device.info(0).description().contains(", cannot be used: " + problem),
        device.info(0).description());
    var error = assertThrows(JacquardException.class, () -> new OpenClBackend(device, 0).close());
    assertTrue(
        error.getMessage().startsWith("The device opencl (" + device.name() + ", driver " + device.driver()
            + ") cannot be used: " + problem + ". Choose another one"),
        error.getMessage());
  }

  @Test
  void whatIsMissingIsSaid() {
    assertNull(Requirements.problem(device("OpenCL 1.2 X", 1 << 30, 32 << 10, 256, true, true)));
    isRefused(device("OpenCL 1.2 X", 1 << 30, 1024, 256, true, true),
        "it has 1024 bytes of local memory, and 16384 are needed");
    isRefused(device("OpenCL 1.2 X", 1 << 30, 0, 256, true, true),
        "it has 0 bytes of local memory, and 16384 are needed");
    isRefused(device("OpenCL 1.1 Old", 1 << 30, 32 << 10, 256, true, true),
        "it has OpenCL 1.1 Old, and 1.2 is needed");
    isRefused(device("OpenCL 3.0", 1 << 30, 32 << 10, 16, true, true),
        "its work-groups have at most 16 items, and 64 are needed");
    isRefused(device("OpenCL 3.0", 1 << 30, 32 << 10, 256, false, true),
        "its driver says that it is not available");
    isRefused(device("OpenCL 3.0", 1 << 30, 32 << 10, 256, true, false),
        "its driver has no compiler for kernels");
  }

  @Test
  void littleMemoryIsSaidWhereItRunsOut() {
    var small = device(TestDevice.first().version(), 1 << 20, 32 << 10, 256, true, true);
    try (var backend = new OpenClBackend(small, 0)) {
      var buffer = backend.allocate(200_000);
      var error = assertThrows(OutOfDeviceMemory.class, () -> backend.allocate(900_000));
      assertTrue(error.getMessage().contains(" of the 1,048,576 bytes of opencl are allocated"),
          error.getMessage());
      backend.free(buffer);
      assertTrue(
          small.info(0).details()
              .contains("32 KiB of local memory; work-groups to 256; 0.0 GiB an allocation"),
          small.info(0).details());
    }
  }
}
