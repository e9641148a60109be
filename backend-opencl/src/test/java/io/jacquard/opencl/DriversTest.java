package io.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.kernels.CacheFolder;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Machines without a driver, or with one that does not work; in processes of their own, since a loader looks once. */
class DriversTest {
  @TempDir
  private Path folder;

  /** What a user would see who computes something with {@code --backend opencl}. */
  static final class Program {
    public static void main(String[] args) {
      try {
        var device = Backends.discover().open("opencl");
        Device.with(device, () -> System.out.print(Tensor.of(new float[]{1, 2}).mul(3).toString()));
      } catch (JacquardException e) {
        System.out.print(e.getMessage());
      }
    }
  }

  private String run(Map<String, String> environment) throws IOException, InterruptedException {
    TestDevice.first();
    var builder = new ProcessBuilder(
        List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED",
            "-D" + CacheFolder.PROPERTY + "=" + folder.resolve("cache"), "-cp",
            System.getProperty("java.class.path"),
            Program.class.getName()));
    builder.environment().putAll(environment);
    builder.redirectError(folder.resolve("errors.txt").toFile());
    var process = builder.start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), () -> output);
    return output;
  }

  private String withDrivers(String... libraries) throws IOException, InterruptedException {
    var vendors = Files.createDirectories(folder.resolve("vendors"));
    for (var library : libraries) Files.writeString(vendors.resolve(library + ".icd"), library + "\n");
    return run(Map.of("OCL_ICD_VENDORS", vendors.toString()));
  }

  private static void isNotAvailable(String message, String drivers) {
    assertTrue(
        message
            .startsWith("Backend 'opencl' is not available: the OpenCL loader is there, but no driver (ICD) "
                + "offers a device" + drivers + ". To use it, install your GPU's OpenCL driver, or PoCL"),
        message);
  }

  @Test
  void noDriver() throws Exception {
    isNotAvailable(withDrivers(), "");
  }

  @Test
  void driversThatAreNotThereOrAreNone() throws Exception {
    isNotAvailable(withDrivers("libgone.so.1", "libc.so.6"), "; " + folder.resolve("vendors")
        + " names libc.so.6.icd, libgone.so.1.icd, which did not load or found none");
  }
}
