package io.jacquard.train;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.io.Safetensors;
import io.jacquard.nn.Module;
import io.jacquard.optim.GradScaler;
import io.jacquard.optim.Optimizer;
import io.jacquard.optim.WeightAverage;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The file of a checkpoint: a safetensors file whose tensors are the model's, the optimizer's, the weight average's and the
 * history's, each under a prefix, and whose texts say where the training stands. One text is a checksum (CRC32C) over all
 * the others and all tensors.
 */
final class CheckpointFile {
  private static final String FORMAT = "jacquard checkpoint 1";
  private static final String CHECKSUM = "checksum";
  private static final String MODEL = "model.";
  private static final String OPTIMIZER = "optimizer.";
  private static final String AVERAGE = "average.";
  private static final String SCALER = "scaler.";
  private static final String TRAINING = "training.";
  private static final int CHUNK = 1 << 30;

  private final Module model;
  private final Optimizer optimizer;
  private final @Nullable WeightAverage average;
  private final @Nullable GradScaler scaler;
  /** What the data is, in words that are compared. */
  private final String data;

  CheckpointFile(Module model, Optimizer optimizer, @Nullable WeightAverage average,
      @Nullable GradScaler scaler, String data) {
    this.scaler = scaler;
    this.model = model;
    this.optimizer = optimizer;
    this.average = average;
    this.data = data;
  }

  /** Writes the file whole or not at all. */
  void save(Path path, Standing standing) {
    try (var _ = Scope.open(); var arena = Arena.ofConfined()) {
      var entries = new LinkedHashMap<String, Safetensors.Entry>();
      put(entries, MODEL, model.stateDict(), arena);
      put(entries, OPTIMIZER, optimizer.stateDict(model), arena);
      if (average != null && average.updates() > 0) put(entries, AVERAGE, average.stateDict(), arena);
      if (scaler != null) put(entries, SCALER, scaler.stateDict(), arena);
      standing.arrays().forEach((key, array) -> entries.put(TRAINING + key, entry(array, arena)));
      var texts = new LinkedHashMap<>(standing.texts());
      texts.put("format", FORMAT);
      texts.put("data", data);
      texts.put(CHECKSUM, checksum(entries, texts));
      Safetensors.write(path, new Safetensors.Contents(entries, texts));
    }
  }

  private static void put(Map<String, Safetensors.Entry> entries, String prefix,
      SequencedMap<String, Tensor> tensors, Arena arena) {
    tensors.forEach((key, tensor) -> entries.put(prefix + key,
        new Safetensors.Entry(tensor.dtype(), tensor.shape(), tensor.toSegment(arena))));
  }

  private static Safetensors.Entry entry(Object array, Arena arena) {
    return array instanceof long[] longs
        ? new Safetensors.Entry(DType.INT64, Shape.of(longs.length),
            arena.allocateFrom(ValueLayout.JAVA_LONG, longs))
        : new Safetensors.Entry(DType.FLOAT64, Shape.of(((double[]) array).length),
            arena.allocateFrom(ValueLayout.JAVA_DOUBLE, (double[]) array));
  }

  /**
   * Gives model, optimizer and average the values of a file.
   *
   * @return where the training stands
   * @throws JacquardException naming the file and what is wrong with it, or does not fit; nothing is changed then but,
   *         where a later part does not fit, the model's values
   */
  Standing load(Path path) {
    try (var _ = Scope.open(); var arena = Arena.ofConfined()) {
      var contents = Safetensors.read(path, arena);
      check(path, contents);
      var standing = standing(path, contents);
      try {
        model.loadStateDict(tensors(contents, MODEL));
        optimizer.loadStateDict(model, tensors(contents, OPTIMIZER));
        var means = tensors(contents, AVERAGE);
        if (average != null && !means.isEmpty()) average.loadStateDict(means);
        var scale = tensors(contents, SCALER);
        if (scaler != null && !scale.isEmpty()) scaler.loadStateDict(scale);
      } catch (JacquardException e) {
        throw new JacquardException(path + ": " + e.getMessage(), e);
      }
      return standing;
    }
  }

  private void check(Path path, Safetensors.Contents contents) {
    var texts = contents.metadata();
    if (!FORMAT.equals(texts.get("format"))) {
      throw new JacquardException(path + " is not a checkpoint: its format is "
          + (texts.containsKey("format") ? "'" + texts.get("format") + "'" : "not said") + ", expected '"
          + FORMAT + "'. Name a file that a training with checkpoints has written.");
    }
    if (!checksum(contents.tensors(), texts).equals(texts.get(CHECKSUM))) {
      throw new JacquardException(path + " is damaged: its checksum is not that of its contents. "
          + "Take a copy of it, if there is one, or begin the training anew.");
    }
    if (!data.equals(texts.get("data"))) {
      throw new JacquardException(path + ": the training was begun with other data: " + texts.get("data")
          + ", here it is " + data + ". Give it the same data and batch size.");
    }
  }

  private static Standing standing(Path path, Safetensors.Contents contents) {
    var arrays = new HashMap<String, Object>();
    contents.tensors().forEach((key, entry) -> {
      boolean numbers = entry.dtype() == DType.INT64 || entry.dtype() == DType.FLOAT64;
      if (key.startsWith(TRAINING) && numbers) arrays.put(key.substring(TRAINING.length()), array(entry));
    });
    try {
      return Standing.of(contents.metadata(), arrays);
    } catch (JacquardException | NumberFormatException | ArithmeticException e) {
      var why = String.valueOf(e.getMessage());
      throw new JacquardException(path + " does not say where the training stands: " + why
          + (why.endsWith(".") ? "" : "."), e);
    }
  }

  private static Object array(Safetensors.Entry entry) {
    return entry.dtype() == DType.INT64
        ? entry.data().toArray(ValueLayout.JAVA_LONG_UNALIGNED)
        : entry.data().toArray(ValueLayout.JAVA_DOUBLE_UNALIGNED);
  }

  private static Map<String, Tensor> tensors(Safetensors.Contents contents, String prefix) {
    var tensors = new LinkedHashMap<String, Tensor>();
    contents.tensors().forEach((key, entry) -> {
      if (key.startsWith(prefix)) {
        tensors.put(key.substring(prefix.length()),
            Tensor.of(Device.current(), entry.dtype(), entry.shape(), entry.data()));
      }
    });
    return tensors;
  }

  private static String checksum(SequencedMap<String, Safetensors.Entry> tensors, Map<String, String> texts) {
    var sum = new CRC32C();
    new TreeMap<>(texts).forEach((key, text) -> {
      if (!key.equals(CHECKSUM)) update(sum, key + "\n" + text + "\n");
    });
    tensors.forEach((key, entry) -> {
      update(sum, key + " " + entry.dtype() + " " + entry.shape() + "\n");
      update(sum, entry.data());
    });
    return Long.toHexString(sum.getValue());
  }

  private static void update(CRC32C sum, String text) {
    sum.update(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void update(CRC32C sum, MemorySegment data) {
    for (long at = 0; at < data.byteSize(); at += CHUNK)
      sum.update(data.asSlice(at, Math.min(CHUNK, data.byteSize() - at)).asByteBuffer());
  }
}
