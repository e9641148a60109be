package io.jacquard.opencl;

import io.jacquard.JacquardException;
import io.jacquard.data.text.TextFile;
import io.jacquard.io.AtomicFile;
import io.jacquard.kernels.CacheFolder;
import io.jacquard.kernels.plan.Tiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Where {@link Tiles} come from: what {@code jacquard tune} has found for a device and driver, or else what is shipped for
 * devices of its family.
 */
final class TileStore {
  private static final String SEEDS = "tiles.txt";
  private static final String HEAD = "# How jacquard multiplies float32 matrices on this device, found by 'jacquard tune'.";

  /** A line for each of a few sizes. */
  private static final long MOST_BYTES = 64 << 10;

  private TileStore() {}

  static Path path(ClDevice device) {
    return CacheFolder.of("tuning").resolve(device.key() + ".txt");
  }

  /** What was found for the device, over what is shipped for its family. */
  static Tiles of(ClDevice device) {
    var tiles = seeds(family(device));
    for (var found : found(device).bySize().entrySet()) tiles = tiles.with(found.getKey(), found.getValue());
    return tiles;
  }

  private static Tiles found(ClDevice device) {
    var path = path(device);
    return Files.exists(path) ? read(path) : Tiles.NONE;
  }

  /** @throws JacquardException if it is not what {@link #keep} writes, saying what to do */
  static Tiles read(Path path) {
    try {
      if (Files.isRegularFile(path) && Files.size(path) > MOST_BYTES)
        throw new JacquardException(
            path + " has " + Files.size(path) + " bytes, expected " + MOST_BYTES + " at most.");
      return Tiles.parse(path.toString(), TextFile.read(path).lines().toList());
    } catch (JacquardException | IOException e) {
      throw new JacquardException(
          "What 'jacquard tune' has found for this device cannot be read: " + e.getMessage()
              + " Delete the file, or run 'jacquard tune' again.",
          e);
    }
  }

  /** Keeps what was found, in one step. */
  static void keep(ClDevice device, Tiles tiles) {
    var text = String.join("\n", HEAD, "# " + device.name(),
        "# " + device.version() + ", driver " + device.driver(),
        tiles.text());
    AtomicFile.write(path(device), text.getBytes(StandardCharsets.UTF_8));
  }

  /** Which of the families that tiles are shipped for the device belongs to; empty for none. */
  static String family(ClDevice device) {
    if (device.isPocl()) return "pocl";
    if (device.cpu()) return "";
    var vendor = device.vendor();
    if (vendor.contains("NVIDIA")) return "nvidia";
    if (vendor.contains("Intel")) return "intel";
    // gfx9 is GCN and CDNA, with waves of 64; RDNA begins with gfx10.
    if (vendor.contains("AMD") || vendor.contains("Advanced Micro Devices"))
      return device.name().startsWith("gfx9") ? "amd-cdna" : "amd-rdna";
    return "";
  }

  /** What is shipped: lines of {@link Tiles}, each after its family and a full stop. */
  static Tiles seeds(String family) {
    if (family.isEmpty()) return Tiles.NONE;
    return Tiles.parse(SEEDS, seedLines().stream().filter(line -> line.startsWith(family + "."))
        .map(line -> line.substring(family.length() + 1)).toList());
  }

  private static List<String> seedLines() {
    try (var in = Objects.requireNonNull(TileStore.class.getResourceAsStream(SEEDS))) {
      return Arrays.asList(new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
