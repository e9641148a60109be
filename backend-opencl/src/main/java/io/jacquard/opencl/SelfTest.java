package io.jacquard.opencl;

import io.jacquard.JacquardException;
import io.jacquard.io.AtomicFile;
import io.jacquard.kernels.CacheFolder;
import io.jacquard.spi.Backend;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * Lets a device compute what is known, when it is used for the first time: drivers have been seen to compile kernels into
 * wrong ones. That it passed is kept on disk for the device, its driver and this version of Jacquard; that it failed is
 * not, so that every start says so.
 */
final class SelfTest {
  private SelfTest() {}

  /**
   * Tests the device unless it has passed before.
   *
   * @throws JacquardException naming the driver and the operation if a result is wrong
   */
  static void once(ClDevice device, Backend backend) {
    var expected = description(device);
    var note = note(device);
    if (isNoted(note, expected)) return;
    run(device, backend);
    try {
      AtomicFile.write(note, expected.getBytes(StandardCharsets.UTF_8));
    } catch (JacquardException _) {
      // the next start tests again
    }
  }

  /** Tests the device in any case. */
  static void run(ClDevice device, Backend backend) {
    for (var check : SelfTestChecks.ALL) {
      try (var bench = new Workbench(backend)) {
        compare(device, backend, check, check.expected(), check.work().on(bench));
      }
    }
  }

  private static void compare(ClDevice device, Backend backend, SelfTestChecks.Check check, double[] expected,
      double[] found) {
    for (int i = 0; i < expected.length; i++) {
      if (Math.abs(found[i] - expected[i]) <= check.tolerance() * Math.max(1, Math.abs(expected[i])))
        continue;
      throw new JacquardException(String.format(Locale.ROOT,
          "The driver of %s computes wrongly (%s; %s; driver %s): in the self-test, element %d of %s is %s, expected %s. "
              + "Update or change the driver, or choose another device; 'jacquard devices' lists them.",
          backend.info().name(), device.name(), device.version(), device.driver(), i, check.name(), found[i],
          expected[i]));
    }
  }

  private static String description(ClDevice device) {
    return String.join("\n",
        "Jacquard " + Version.jacquard() + " has found that this device computes rightly:",
        device.name(), device.vendor(), device.version(), device.driver(), "");
  }

  /** The file that says that the device has passed. */
  static Path note(ClDevice device) {
    return CacheFolder.of("self-tests").resolve(device.key() + ".txt");
  }

  private static boolean isNoted(Path note, String expected) {
    try {
      return Arrays.equals(Files.readAllBytes(note), expected.getBytes(StandardCharsets.UTF_8));
    } catch (IOException _) {
      return false;
    }
  }
}
