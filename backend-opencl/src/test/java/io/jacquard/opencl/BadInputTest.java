package io.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.OwnCache;
import io.jacquard.Shape;
import io.jacquard.kernels.KernelSource;
import io.jacquard.kernels.plan.Arguments;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;
import io.jacquard.spi.OpenOptions;
import io.jacquard.spi.OutOfDeviceMemory;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** What goes wrong is said: which device, which kernel, which number. */
class BadInputTest extends OwnCache {
  private static void hasAll(String message, String... parts) {
    for (var part : parts)
      assertTrue(message.contains(part), () -> "'" + part + "' is missing in: " + message);
    assertTrue(message.length() < 500, message);
  }

  @Test
  void noSuchDevice() {
    TestDevice.first();
    var error = assertThrows(JacquardException.class,
        () -> Backends.discover().choose("opencl:9", OpenOptions.DEFAULT));
    hasAll(error.getMessage(), "opencl", "no device 9", "expected 0 to");
  }

  @Test
  void kernelThatDoesNotCompile() {
    var device = TestDevice.first();
    try (var queue = new Queue(device, "opencl"); var compiler = new Compiler(queue, ClTuning.of(device))) {
      var source = new KernelSource("broken",
          "#line 1 \"broken.c\"\n__kernel void broken() {\n  undeclared = 1;\n}",
          false);
      var error = assertThrows(JacquardException.class, () -> compiler.kernel(source, 64));
      hasAll(error.getMessage(), "broken", "CL_BUILD_PROGRAM_FAILURE", "broken.c:2", "undeclared", ".txt");
    }
  }

  @Test
  void logFullOfErrors() throws IOException {
    var device = TestDevice.first();
    try (var queue = new Queue(device, "opencl"); var compiler = new Compiler(queue, ClTuning.of(device))) {
      var source = new KernelSource("broken", "__kernel void broken() {\n" + "  undeclared = 1;\n".repeat(500)
          + "}", false);
      var error = assertThrows(JacquardException.class, () -> compiler.kernel(source, 64));
      hasAll(error.getMessage(), "broken", "undeclared", "Update the driver", "jacquard devices");
      var kept = Files.readString(cache.resolve("failed-builds/broken.txt"));
      assertTrue(kept.split("undeclared").length > 515, "its log and the source are kept: " + kept.length());
    }
  }

  /** The first thing that a device is given to do shows it. */
  @Test
  void driverWhoseCompilerFails() {
    var device = TestDevice.first();
    var broken = ChangedBackend.of(device, ClTuning.of(device),
        source -> new KernelSource(source.name(), "no C at all", source.float64()));
    try (broken) {
      var error = assertThrows(JacquardException.class, () -> device.selfTest().once(broken));
      hasAll(error.getMessage(), "The driver of opencl", device.driver(), "does not compile kernel map",
          "CL_BUILD_PROGRAM_FAILURE", "error", "Update the driver");
      assertFalse(Files.exists(device.selfTest().note()), "it is tried again next time");
    }
  }

  @Test
  void whatIsWorthAnotherAttempt() {
    assertTrue(Compiler.lostItsFile(
        "error: <invalid loc>: unable to rename temporary 'kcache/tempfile_NBTVia.preproc.cl.tmp' to"));
    assertFalse(
        Compiler.lostItsFile("broken.c:2:3: error: use of undeclared identifier 'undeclared'"));
  }

  @Test
  void excerptOfALongLog() {
    var log = "warning: nothing\n" + ("a.c:1:1: error: " + "x".repeat(500) + "\n").repeat(1000);
    assertTrue(BuildFailure.excerpt(log).length() < 260, BuildFailure.excerpt(log));
    assertEquals("It does not say why.", BuildFailure.excerpt("\n"));
  }

  @Test
  void launchThatTheDriverRefuses() {
    var device = TestDevice.first();
    try (var queue = new Queue(device, "opencl"); var compiler = new Compiler(queue, ClTuning.of(device))) {
      var kernel = compiler.kernel(new KernelSource("tiny",
          "__kernel __attribute__((reqd_work_group_size(64, 1, 1))) void tiny(int n) {}", false), 32);
      var arguments = new Arguments();
      arguments.add32(1);
      var error = assertThrows(JacquardException.class, () -> kernel.launch(arguments, 5, 1, 1));
      hasAll(error.getMessage(), "CL_INVALID_WORK_GROUP_SIZE", "tiny", "5 x 1 x 1", "32 items");
    }
  }

  @Test
  void moreMemoryThanThereIs() {
    var device = TestDevice.open();
    try (var backend = device.backend()) {
      var error = assertThrows(OutOfDeviceMemory.class, () -> backend.allocate(1L << 50));
      hasAll(error.getMessage(), "opencl", "1,125,899,906,842,624");
      var large = assertThrows(OutOfDeviceMemory.class, () -> Device.with(device,
          () -> Tensor.zeros(device, DType.FLOAT32, Shape.of(1L << 30, 1L << 20))));
      hasAll(large.getMessage(), "Out of memory on opencl", "smaller batch");
    }
  }

  @Test
  void numbersOutOfRangeAreToldWhenWaitedForAndWorkGoesOn() {
    var device = TestDevice.open();
    try (var _ = device.backend()) {
      Device.with(device, () -> {
        try (var _ = Scope.open()) {
          var table = Tensor.of(new float[]{1, 2, 3});
          var taken = table.gatherRows(Tensor.of(0L, 7L, 9L));
          var error = assertThrows(JacquardException.class, taken::toDoubles);
          hasAll(error.getMessage(), "gather", "index 7 at position 1", "[3]", "expected 0 to 2");
          assertEquals(3, table.gatherRows(Tensor.of(2L)).item());
        }
      });
    }
  }
}
