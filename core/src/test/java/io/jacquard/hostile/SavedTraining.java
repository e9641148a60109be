package io.jacquard.hostile;

import io.jacquard.DType;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.data.TensorDataset;
import io.jacquard.io.Safetensors;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Sequential;
import io.jacquard.optim.Adam;
import io.jacquard.optim.ReduceOnPlateau;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Tensor;
import io.jacquard.train.Checkpoints;
import io.jacquard.train.Fit;
import io.jacquard.train.Metric;
import io.jacquard.train.Progress;
import io.jacquard.train.Trainer;
import io.jacquard.train.TrainingListener;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.zip.CRC32C;

/** A checkpoint of a small training, and copies of it that lie but for their checksum. */
final class SavedTraining {
  private static final int SAMPLES = 20;
  private static final String CHECKSUM = "checksum";

  private SavedTraining() {}

  /** Saves a training in its second epoch, with every kind of metric's state and a plateau. */
  static void save(Path file) {
    OnReference.run(() -> fit(Checkpoints.to(file), 6));
    // No time stays in it, so that the same seed always changes the same bytes.
    change(file, file, (tensors, texts) -> {
      texts.put("nanos", "1");
      tensors.replaceAll((key, entry) -> key.equals("training.step_nanos") || key.equals("training.history")
          ? new Safetensors.Entry(entry.dtype(), entry.shape(),
              Arena.ofAuto().allocate(entry.data().byteSize()))
          : entry);
    });
  }

  /** Goes on from a file for one step, and saves nothing. */
  static void goOn(Path file) {
    try {
      OnReference.run(() -> fit(Checkpoints.to(file).resume(), 0));
    } catch (Enough _) {
      // the step is done
    }
  }

  private static final class Enough extends RuntimeException {
    private Enough() {
      super("enough", null, false, false);
    }
  }

  private static void fit(Checkpoints checkpoints, int steps) {
    var x = Tensor.of(Generator.current().normal(2 * SAMPLES), Shape.of(SAMPLES, 2));
    var data = new TensorDataset(x, x.argmax(1));
    Trainer.of(Sequential.of(new Linear(2, 3), new Linear(3, 2))).optimizer(Adam.of(0.01))
        .metric(Metric.accuracy(), Metric.f1(2), Metric.auc())
        .fit(data, Fit.epochs(3).batchSize(5).validation(data)
            .reduceOnPlateau(ReduceOnPlateau.min().patience(0), "val_loss").checkpoints(checkpoints)
            .listener(new TrainingListener() {
              private int done;

              @Override
              public void stepDone(Progress progress) {
                if (steps == 0) throw new Enough();
                done++;
              }

              @Override
              public boolean wantsStop() {
                return steps > 0 && done >= steps;
              }
            }));
  }

  /** Writes a copy with other texts or numbers and a checksum that is right. */
  static void change(Path from, Path to,
      BiConsumer<Map<String, Safetensors.Entry>, Map<String, String>> change) {
    try (var arena = Arena.ofConfined()) {
      var contents = Safetensors.read(from, arena);
      var tensors = new LinkedHashMap<>(contents.tensors());
      var texts = new TreeMap<>(contents.metadata());
      change.accept(tensors, texts);
      texts.put(CHECKSUM, checksum(tensors, texts));
      Safetensors.write(to, new Safetensors.Contents(tensors, texts));
    }
  }

  /** The bytes of a checkpoint, the text that is its checksum set right; both have up to eight digits. */
  static byte[] summed(byte[] file) {
    var contents = Safetensors.read("checkpoint", MemorySegment.ofArray(file));
    var said = contents.metadata().getOrDefault(CHECKSUM, "");
    var right = checksum(contents.tensors(), contents.metadata());
    if (said.length() != right.length()) return file;
    var text = new String(file, StandardCharsets.ISO_8859_1);
    return text.replace("\"" + said + "\"", "\"" + right + "\"").getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String checksum(Map<String, Safetensors.Entry> tensors, Map<String, String> texts) {
    var sum = new CRC32C();
    new TreeMap<>(texts).forEach((key, text) -> {
      if (!key.equals(CHECKSUM)) sum.update((key + "\n" + text + "\n").getBytes(StandardCharsets.UTF_8));
    });
    tensors.forEach((key, entry) -> {
      sum.update((key + " " + entry.dtype() + " " + entry.shape() + "\n").getBytes(StandardCharsets.UTF_8));
      sum.update(entry.data().toArray(ValueLayout.JAVA_BYTE));
    });
    return Long.toHexString(sum.getValue());
  }

  static Safetensors.Entry doubles(double... values) {
    return new Safetensors.Entry(DType.FLOAT64, Shape.of(values.length),
        Arena.ofAuto().allocateFrom(ValueLayout.JAVA_DOUBLE, values));
  }

  static Safetensors.Entry floats(float... values) {
    return new Safetensors.Entry(DType.FLOAT32, Shape.of(values.length), MemorySegment.ofArray(values));
  }
}
