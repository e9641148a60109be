package io.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.jacquard.OwnCache;
import io.jacquard.kernels.ProgramCache;
import io.jacquard.kernels.plan.Tuning;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Compiled programs on disk: written whole, verified, compiled again where they are not what they should be. */
class ProgramCacheTest extends OwnCache {
  private static final Tuning KEEPING = new Tuning(64, 64, 0, false, null, true);

  private static double[] compute() {
    var device = TestDevice.tuned(KEEPING);
    try (var _ = device.backend()) {
      return Device.with(device, () -> {
        try (var _ = Scope.open()) {
          return Tensor.of(new float[]{1, 2, 3}).mul(3).add(0.5).toDoubles();
        }
      });
    }
  }

  private List<Path> files() throws IOException {
    try (var files = Files.list(cache.resolve("opencl"))) {
      return files.sorted().toList();
    }
  }

  @Test
  void keepsWhatItCompiled() throws IOException {
    var expected = new double[]{3.5, 6.5, 9.5};
    assertArrayEquals(expected, compute());
    var made = files();
    assertFalse(made.isEmpty());
    var times = made.stream().map(f -> f.toFile().lastModified()).toList();
    assertArrayEquals(expected, compute());
    assertEquals(made, files());
    assertEquals(times, made.stream().map(f -> f.toFile().lastModified()).toList(), "compiled again");
  }

  @Test
  void compilesAgainWhatIsDamaged() throws IOException {
    compute();
    for (var file : files()) {
      var bytes = Files.readAllBytes(file);
      bytes[bytes.length / 2] ^= 1;
      Files.write(file, bytes);
    }
    assertArrayEquals(new double[]{3.5, 6.5, 9.5}, compute());
    for (var file : files()) {
      var key = file.getFileName().toString().replace(".bin", "");
      assertNotNull(new ProgramCache("opencl").load(key), "not written again");
    }
  }

  @Test
  void compilesAgainWhatTheDriverRefuses() throws IOException {
    compute();
    var programs = new ProgramCache("opencl");
    for (var file : files())
      programs.store(file.getFileName().toString().replace(".bin", ""), new byte[]{1, 2, 3});
    assertArrayEquals(new double[]{3.5, 6.5, 9.5}, compute());
  }

  @Test
  void forgetsWhatIsCutShort() throws IOException {
    var programs = new ProgramCache("opencl", "options");
    var key = programs.key("source");
    programs.store(key, new byte[1000]);
    assertEquals(1000, assertNotNullAnd(programs.load(key)).length);
    var file = files().getFirst();
    for (int length : new int[]{0, 10, 60, 500}) {
      programs.store(key, new byte[1000]);
      Files.write(file, java.util.Arrays.copyOf(Files.readAllBytes(file), length));
      assertNull(programs.load(key), length + " bytes");
      assertFalse(Files.exists(file));
    }
  }

  private static byte[] assertNotNullAnd(byte[] bytes) {
    assertNotNull(bytes);
    return bytes;
  }

  @Test
  void keysDependOnAllThatMatters() {
    var key = new ProgramCache("opencl", "a", "gpu").key("x");
    assertEquals(key, new ProgramCache("opencl", "a", "gpu").key("x"));
    assertFalse(key.equals(new ProgramCache("opencl", "b", "gpu").key("x")));
    assertFalse(key.equals(new ProgramCache("opencl", "a", "gpu").key("y")));
  }
}
