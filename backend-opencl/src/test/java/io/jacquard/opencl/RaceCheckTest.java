package io.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every kernel ({@link RaceWork}) under Oclgrind, a simulator that finds data races, which PoCL may hide. Run by
 * {@code mvn -P race-check}, which points OpenCL's loader at the simulator.
 *
 * <p>What it cannot show: Oclgrind 21.10 computes max pooling by vectors wrongly once its compiler has optimized it, so
 * nothing is optimized here. What stands for a matrix instruction has barriers of its own ({@code fragments.h}), which may
 * hide that one between two instructions is missing. Halves are converted in the kernel; the simulator has none.
 */
@Tag("race-check")
class RaceCheckTest {
  @Test
  void noKernelRaces() throws IOException {
    var log = System.getenv("OCLGRIND_LOG");
    assumeTrue(log != null && TestDevice.first().name().contains("Oclgrind"),
        "Oclgrind (Debian: oclgrind) is not what OpenCL runs on; use mvn -P race-check");
    var complaints = Path.of(log);
    var cpu = Backends.discover().open("cpu");
    try (var _ = cpu.backend()) {
      for (var form : RaceWork.Form.values()) {
        var device = new Device(ChangedBackend.of(TestDevice.withHalves(), form.tuning, form::without));
        try (var _ = device.backend()) {
          for (var work : RaceWork.all()) {
            if (work.form() != form) continue;
            var name = work.name() + ", " + form;
            assertArrayEquals(work.on(cpu), work.on(device), work.tolerance(), name);
            assertTrue(!Files.exists(complaints) || Files.size(complaints) == 0,
                () -> name + ": " + read(complaints));
          }
        }
      }
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
