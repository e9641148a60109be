package io.jacquard.io;

import io.jacquard.spi.Device;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Saves tensors by name as a safetensors file, and loads them: the state of an optimizer or of a weight average, or
 * whatever else a training needs to go on. For a model there is {@link ModelFile}.
 *
 * <pre>{@code
 * TensorFile.save(optimizer.stateDict(model), path, Map.of("epoch", "3"));
 * optimizer.loadStateDict(model, TensorFile.load(path));
 * }</pre>
 */
public final class TensorFile {
  private TensorFile() {}

  /** Writes the file whole or not at all; the same values give the same bytes. */
  public static void save(SequencedMap<String, Tensor> tensors, Path path, Map<String, String> metadata) {
    try (var _ = Scope.open(); var arena = Arena.ofConfined()) {
      var entries = new LinkedHashMap<String, Safetensors.Entry>();
      tensors.forEach((key, tensor) -> entries.put(key,
          new Safetensors.Entry(tensor.dtype(), tensor.shape(), tensor.toSegment(arena))));
      Safetensors.write(path, new Safetensors.Contents(entries, metadata));
    }
  }

  /**
   * The tensors of a file, on the current device; they belong to the caller's scope.
   *
   * @throws io.jacquard.JacquardException if the file is damaged
   */
  public static SequencedMap<String, Tensor> load(Path path) {
    try (var arena = Arena.ofConfined()) {
      var tensors = new LinkedHashMap<String, Tensor>();
      Safetensors.read(path, arena).tensors().forEach((key, entry) -> tensors.put(key,
          Tensor.of(Device.current(), entry.dtype(), entry.shape(), entry.data())));
      return tensors;
    }
  }
}
