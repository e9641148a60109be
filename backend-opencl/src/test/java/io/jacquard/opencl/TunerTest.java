package io.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.OwnCache;
import io.jacquard.kernels.MatmulTile;
import io.jacquard.kernels.check.Workbench;
import io.jacquard.kernels.plan.ProductSize;
import io.jacquard.kernels.plan.Tiles;
import io.jacquard.kernels.plan.Tuning;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The search for tiles: only what computes rightly is timed, the fastest is kept and used. */
class TunerTest extends OwnCache {
  private static final List<TuningProblem> PROBLEM = List
      .of(new ProductProblem(ProductSize.MEDIUM, 192, 192, 96));

  @Test
  void theWinnerIsKeptAndUsed() throws IOException {
    var device = TestDevice.first();
    var said = new ArrayList<String>();
    try (var backend = new OpenClBackend(device, 0)) {
      var tiles = new Tuner(device, Duration.ofMillis(500), said::add).run(PROBLEM, backend,
          backend::way);
      assertEquals(1, said.size());
      assertTrue(
          said.getFirst()
              .matches("medium \\(192 x 96 by 96 x 192\\): [\\d.]+ GFLOP/s with '(shared|direct) .*', "
                  + "before [\\d.]+; tried \\d+, of which \\d+ did not compile and 0 computed wrongly"),
          said.getFirst());
      var winner = tiles.bySize().get(ProductSize.MEDIUM);
      assertEquals(winner, ClTuning.of(device).vectorTile(DType.FLOAT32, 1, 200, 200, 100));
      assertNotEquals(0, Files.readString(TileStore.path(device)).indexOf(Tiles.text(winner)));
    }
  }

  @Test
  void whatComputesWronglyIsNeverTaken() {
    var device = TestDevice.first();
    var said = new ArrayList<String>();
    var usual = ClTuning.shipped(device).vectorTile(DType.FLOAT32, 1, 192, 192, 96);
    try (var backend = new OpenClBackend(device, 0)) {
      // All but the usual tile do nothing, which is fast.
      var tiles = new Tuner(device, Duration.ofMillis(100), said::add).run(PROBLEM, backend,
          tile -> tile.equals(usual) ? backend.way(tile) : _ -> {});
      assertEquals(Map.of(ProductSize.MEDIUM, usual), tiles.bySize());
      assertFalse(said.getFirst().endsWith(" 0 computed wrongly"), said.getFirst());

      var tuner = new Tuner(device, Duration.ofMillis(100), said::add);
      var error = assertThrows(JacquardException.class,
          () -> tuner.run(PROBLEM, backend, _ -> _ -> {}));
      assertTrue(error.getMessage().contains("does not compute medium (192 x 96 by 96 x 192) rightly"),
          error.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void convolutionsAreTunedLikewise(boolean weight) {
    var device = TestDevice.first();
    var said = new ArrayList<String>();
    var problem = List.<TuningProblem>of(new ConvolutionProblem(weight, 1, 8, 16, 32));
    try (var backend = new OpenClBackend(device, 0)) {
      var tiles = new Tuner(device, Duration.ofMillis(100), said::add).run(problem, backend, backend::way);
      assertTrue(said.getFirst().matches(
          "convolution(_weight)? \\(1 x 8 x 8, 16 to 32\\): .* 0 did not compile and 0 computed wrongly"),
          said.getFirst());
      var size = problem.getFirst().size();
      assertEquals(tiles.bySize().get(size), ClTuning.of(device).convolutionVectors(DType.FLOAT32, size, 32));
      try (var bench = new Workbench(backend)) {
        for (var check : problem.getFirst().checks(bench)) {
          assertTrue(check.passes(bench, backend.way(tiles.bySize().get(size))));
          assertFalse(check.passes(bench, _ -> {}));
        }
      }
    }
  }

  @Test
  void tilesAreReadAsTheyAreWritten() {
    var tiles = Tiles.NONE.with(ProductSize.LARGE, new MatmulTile(true, 16, 8, 4, 8, 32, 4, 4, 0))
        .with(ProductSize.SMALL, new MatmulTile(false, 64, 1, 1, 1, 1));
    assertEquals(tiles, Tiles.parse("x", tiles.text().lines().toList()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"large", "large = shared", "huge = shared 16 16 8 8 16 4 4 4",
      "large = other 16 16 8 8 16 4 4 4",
      "large = shared 16 16 8 8 16 4 4 x", "large = shared 16 16 8 9 16 4 4 4",
      "large = shared 0 16 8 8 16 4 4 4", "large = direct 1 1 256 256 1 1 1 0",
      "large = shared 16 16 8 8 2147483647 4 4 4", "large = shared 16 16 8 8 16 99999999999 4 4"})
  void whatIsNoTileIsRefused(String line) throws IOException {
    var device = TestDevice.first();
    Files.writeString(TileStore.path(device), "# comment\n" + line + "\n");
    var error = assertThrows(JacquardException.class, () -> ClTuning.of(device));
    assertTrue(error.getMessage().contains(TileStore.path(device) + ", line 2: '" + line + "' is no tile"),
        error.getMessage());
    assertTrue(error.getMessage().endsWith("Delete the file, or run 'jacquard tune' again."),
        error.getMessage());
    assertTrue(error.getMessage().length() < 500, error.getMessage());
    ClTuning.shipped(device); // is what the next search begins with
  }

  @ParameterizedTest
  @ValueSource(strings = {"nvidia", "amd-rdna", "amd-cdna", "intel", "pocl"})
  void everyFamilyHasTilesThatFit(String family) {
    var gpu = new Tuning(256, 256, 32 << 10, false, null, false);
    var seeds = TileStore.seeds(family);
    assertTrue(seeds.bySize().containsKey(ProductSize.LARGE), seeds.toString());
    seeds.bySize().values().forEach(tile -> assertTrue(gpu.fits(tile, DType.FLOAT32), tile.toString()));
  }

  @Test
  void familiesByVendorAndName() {
    assertEquals("nvidia", TileStore.family(device("NVIDIA Corporation", "NVIDIA H100", "OpenCL 3.0 CUDA")));
    assertEquals("intel",
        TileStore.family(device("Intel(R) Corporation", "Intel(R) Arc(TM) A770", "OpenCL 3.0 NEO")));
    assertEquals("amd-rdna",
        TileStore.family(device("Advanced Micro Devices, Inc.", "gfx1100", "OpenCL 2.0")));
    assertEquals("amd-cdna",
        TileStore.family(device("Advanced Micro Devices, Inc.", "gfx90a:sramecc+", "OpenCL 2.0")));
    assertEquals("", TileStore.family(device("QUALCOMM", "Adreno", "OpenCL 3.0")));
  }

  private static ClDevice device(String vendor, String name, String version) {
    var d = TestDevice.first();
    return new ClDevice(d.platform(), d.id(), name, vendor, version, d.driver(), false, 1, 1, 1, 1, 1, 1,
        true, false,
        false, true, true, true);
  }
}
