package io.jacquard.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Module;
import io.jacquard.nn.ReLU;
import io.jacquard.nn.Sequential;
import io.jacquard.optim.Adam;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Models as files: what is written, what comes back, what is refused. */
class ModelFileTest {
  @TempDir
  private Path folder;

  private static Sequential model() {
    return Sequential.of(new Linear(3, 4), new ReLU(), new Linear(4, 2));
  }

  @Test
  void aModelComesBackBitForBit() {
    OnReference.run(() -> {
      var file = folder.resolve("model.safetensors");
      var saved = model();
      ModelFile.save(saved, file, Map.of("model", "mlp", "note", "für ⊕"));
      var loaded = model();
      var x = Tensor.of(new float[][]{{1, -2, 3}, {0.5f, 0, -1}});
      assertFalse(Arrays.equals(saved.call(x).toFloats(), loaded.call(x).toFloats()));
      assertEquals(Map.of("model", "mlp", "note", "für ⊕"), ModelFile.load(loaded, file));
      assertArrayEquals(saved.call(x).toFloats(), loaded.call(x).toFloats());
      for (var key : saved.stateDict().keySet())
        assertArrayEquals(saved.stateDict().get(key).toFloats(), loaded.stateDict().get(key).toFloats());
      assertEquals(Map.of("model", "mlp", "note", "für ⊕"), ModelFile.metadata(file));
    });
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "FLOAT16"})
  void halvesAreWrittenAndLoadedIntoFloat32AndBack(DType half) {
    OnReference.run(() -> {
      var file = folder.resolve("half.safetensors");
      var saved = model();
      var before = saved.stateDict().get("0.weight").to(half).toFloats();
      saved.to(half);
      assertArrayEquals(before, saved.stateDict().get("0.weight").toFloats());
      ModelFile.save(saved, file, Map.of());
      try (var arena = Arena.ofConfined()) {
        Safetensors.read(file, arena).tensors().values().forEach(entry -> assertEquals(half, entry.dtype()));
      }
      var wide = model();
      ModelFile.load(wide, file);
      assertEquals(DType.FLOAT32, wide.stateDict().get("0.weight").dtype());
      assertArrayEquals(before, wide.stateDict().get("0.weight").toFloats());
      var again = model().to(half);
      ModelFile.save(wide, file, Map.of());
      ModelFile.load(again, file);
      assertEquals(half, again.stateDict().get("2.bias").dtype());
      assertArrayEquals(before, again.stateDict().get("0.weight").toFloats());
    });
  }

  @Test
  void weightsAreWrittenRowMajorAsOutByIn() {
    OnReference.run(() -> {
      var file = folder.resolve("model.safetensors");
      var layer = new Linear(3, 2);
      layer.weight().assign(Tensor.of(new float[][]{{1, 2, 3}, {4, 5, 6}}));
      ModelFile.save(layer, file, Map.of());
      try (var arena = Arena.ofConfined()) {
        var tensors = Safetensors.read(file, arena).tensors();
        assertEquals(List.of("weight", "bias"), List.copyOf(tensors.keySet()));
        assertEquals(Shape.of(2, 3), tensors.get("weight").shape());
        var data = tensors.get("weight").data();
        for (int i = 0; i < 6; i++) assertEquals(i + 1, data.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * i));
      }
    });
  }

  @Test
  void theSameValuesGiveTheSameBytesWhereverTheyLie() {
    OnReference.run(() -> {
      var file = folder.resolve("free.safetensors");
      var again = folder.resolve("arena.safetensors");
      var model = model();
      ModelFile.save(model, file, Map.of("b", "2", "a", "1"));
      Adam.of(1e-3).over(model);
      ModelFile.save(model, again, Map.of("a", "1", "b", "2"));
      assertArrayEquals(bytes(file), bytes(again));
    });
  }

  @Test
  void loadingReachesParametersInAnArena() {
    OnReference.run(() -> {
      var file = folder.resolve("model.safetensors");
      var saved = model();
      ModelFile.save(saved, file, Map.of());
      var loaded = model();
      var optimizer = Adam.of(0.1).over(loaded);
      ModelFile.load(loaded, file);
      var x = Tensor.ones(1, 3);
      assertArrayEquals(saved.call(x).toFloats(), loaded.call(x).toFloats());
      loaded.call(x).sum().backward();
      optimizer.step();
      var before = saved.parameters().getLast().value().toFloats();
      var after = loaded.parameters().getLast().value().toFloats();
      assertEquals(before[0] - 0.1, after[0], 1e-5, "the optimizer steps from the loaded values");
    });
  }

  @Test
  void buffersAreSavedToo() {
    OnReference.run(() -> {
      var file = folder.resolve("model.safetensors");
      class Counts extends Module {
        Counts(long seen, boolean flag) {
          buffer("seen", Tensor.of(seen));
          buffer("flag", Tensor.of(flag, true));
        }

        @Override
        protected Tensor forward(Tensor x) {
          return x;
        }
      }
      ModelFile.save(new Counts(1L << 40, false), file, Map.of());
      var loaded = new Counts(0, true);
      ModelFile.load(loaded, file);
      assertArrayEquals(new long[]{1L << 40}, loaded.stateDict().get("seen").toLongs());
      assertArrayEquals(new long[]{0, 1}, loaded.stateDict().get("flag").toLongs());
    });
  }

  @Test
  void aFileThatDoesNotFitIsListedAndNothingChanges() {
    OnReference.run(() -> {
      var file = folder.resolve("model.safetensors");
      ModelFile.save(Sequential.of(new Linear(3, 4), new Linear(4, 5)), file, Map.of());
      var model = model();
      var before = model.parameters().stream().map(p -> p.value().toFloats()).toList();
      long live = Device.current().memory().liveBytes();
      var error = assertThrows(JacquardException.class, () -> ModelFile.load(model, file));
      assertEquals(file + ": The values do not fit Sequential, nothing was loaded:\n"
          + "  missing: 2.weight [2, 4]\n  missing: 2.bias [2]\n  unexpected: 1.weight\n  unexpected: 1.bias\n"
          + "Build the model as it was when it was saved, then load it.", error.getMessage());
      for (int i = 0; i < before.size(); i++)
        assertArrayEquals(before.get(i), model.parameters().get(i).value().toFloats());
      assertEquals(live, Device.current().memory().liveBytes());
    });
  }

  @Test
  void aDamagedFileIsRefusedByName() throws IOException {
    var file = folder.resolve("model.safetensors");
    OnReference.run(() -> ModelFile.save(model(), file, Map.of()));
    var whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 5));
    OnReference.run(() -> {
      var model = model();
      var error = assertThrows(JacquardException.class, () -> ModelFile.load(model, file));
      assertTrue(error.getMessage().contains(file.toString()), error.getMessage());
      var missing = folder.resolve("none.safetensors");
      assertTrue(assertThrows(JacquardException.class, () -> ModelFile.load(model, missing)).getMessage()
          .contains(missing.toString()));
    });
  }

  @Test
  void savingOverAFileReplacesItWhole() {
    OnReference.run(() -> {
      var file = folder.resolve("model.safetensors");
      ModelFile.save(Sequential.of(new Linear(50, 50)), file, Map.of());
      var small = new Linear(1, 1);
      ModelFile.save(small, file, Map.of("now", "small"));
      assertEquals(Map.of("now", "small"), ModelFile.load(new Linear(1, 1), file));
      try (var files = Files.list(folder)) {
        assertEquals(List.of(file), files.toList(), "no temporary file stays");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
