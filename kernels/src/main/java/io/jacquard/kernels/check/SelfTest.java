package io.jacquard.kernels.check;

import io.jacquard.JacquardException;
import io.jacquard.io.AtomicFile;
import io.jacquard.kernels.CacheFolder;
import io.jacquard.kernels.Sha256;
import io.jacquard.spi.Backend;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Lets a device compute what is known, when it is used for the first time: drivers have been seen to compile kernels into
 * wrong ones. That it passed is kept on disk for the device, its driver and this version of Jacquard; that it failed is
 * not, so that every start says so.
 *
 * <pre>{@code
 * new SelfTest(List.of("NVIDIA H100", "NVRTC 13.0")).once(backend);
 * }</pre>
 *
 * @param makers all that decides what the device computes: its name, its driver, its compiler
 */
public record SelfTest(List<String> makers) {
  private static final int KEY = 32;

  public SelfTest {
    makers = List.copyOf(makers);
  }

  /**
   * Tests the device unless it has passed before.
   *
   * @throws JacquardException naming the driver and the operation if a result is wrong
   */
  public void once(Backend backend) {
    var expected = description();
    if (isNoted(expected)) return;
    run(backend);
    try {
      AtomicFile.write(note(), expected.getBytes(StandardCharsets.UTF_8));
    } catch (JacquardException _) {
      // the next start tests again
    }
  }

  private void run(Backend backend) {
    var found = new ArrayList<double[]>(); // all of them first, so that a backend is asked for all kernels
    for (var check : SelfTestChecks.ALL) {
      try (var bench = new Workbench(backend)) {
        found.add(check.work().on(bench));
      }
    }
    for (int i = 0; i < found.size(); i++) {
      var check = SelfTestChecks.ALL.get(i);
      compare(backend, check, check.expected(), found.get(i));
    }
  }

  private void compare(Backend backend, SelfTestChecks.Check check, double[] expected, double[] found) {
    for (int i = 0; i < expected.length; i++) {
      if (Math.abs(found[i] - expected[i]) <= check.tolerance() * Math.max(1, Math.abs(expected[i])))
        continue;
      throw new JacquardException(String.format(Locale.ROOT,
          "The driver of %s computes wrongly (%s): in the self-test, element %d of %s is %s, expected %s. "
              + "Update or change the driver, or choose another device; 'jacquard devices' lists them.",
          backend.info().name(), String.join("; ", makers), i, check.name(), found[i], expected[i]));
    }
  }

  private String description() {
    return "Jacquard " + Version.jacquard() + " has found that this device computes rightly:\n"
        + String.join("\n", makers) + "\n";
  }

  /** A name for files that tell of this device and its makers. */
  public String key() {
    return Sha256.hex(String.join("\n", makers).getBytes(StandardCharsets.UTF_8)).substring(0, KEY);
  }

  /** The file that says that the device has passed. */
  public Path note() {
    return CacheFolder.of("self-tests").resolve(key() + ".txt");
  }

  private boolean isNoted(String expected) {
    var bytes = expected.getBytes(StandardCharsets.UTF_8);
    var note = note();
    try {
      return Files.isRegularFile(note) && Files.size(note) == bytes.length
          && Arrays.equals(Files.readAllBytes(note), bytes);
    } catch (IOException _) {
      return false;
    }
  }
}
