package io.jacquard.io;

import io.jacquard.JacquardException;
import io.jacquard.nn.Module;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Saves a module's parameters and buffers as a safetensors file, with PyTorch's keys and layouts, and loads them.
 *
 * <pre>{@code
 * ModelFile.save(model, Path.of("model.safetensors"), Map.of("model", "mlp"));
 * ModelFile.load(model, Path.of("model.safetensors"));
 * }</pre>
 */
public final class ModelFile {
  private ModelFile() {}

  /** Writes the file whole or not at all; the same values give the same bytes. */
  public static void save(Module module, Path path, Map<String, String> metadata) {
    try (var _ = Scope.open()) {
      TensorFile.save(module.stateDict(), path, metadata);
    }
  }

  /**
   * Loads values into a module of the same keys and shapes.
   *
   * @return the file's metadata
   * @throws io.jacquard.JacquardException if the file is damaged, or does not fit, saying which keys
   */
  public static Map<String, String> load(Module module, Path path) {
    try (var _ = Scope.open(); var arena = Arena.ofConfined()) {
      var contents = Safetensors.read(path, arena);
      var values = new LinkedHashMap<String, Tensor>();
      contents.tensors().forEach((key, entry) -> values.put(key,
          Tensor.of(Device.current(), entry.dtype(), entry.shape(), entry.data())));
      try {
        module.loadStateDict(values);
      } catch (JacquardException e) {
        throw new JacquardException(path + ": " + e.getMessage(), e);
      }
      return contents.metadata();
    }
  }

  /** The metadata of a file, without its tensors. */
  public static Map<String, String> metadata(Path path) {
    try (var arena = Arena.ofConfined()) {
      return Safetensors.read(path, arena).metadata();
    }
  }
}
