package io.jacquard.train;

import io.jacquard.io.ModelFile;
import io.jacquard.nn.Module;
import io.jacquard.optim.Optimizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Saves the model after an epoch: the best one so far, or each. To let a training go on there are {@link Checkpoints}.
 *
 * <pre>{@code
 * var best = ModelCheckpoint.best(Path.of("best.safetensors"), "val_accuracy");
 * trainer.fit(data, Fit.epochs(20).validationSplit(0.1).callbacks(best));
 * ModelFile.load(model, Path.of("best.safetensors"));
 * }</pre>
 *
 * @param file replaced in one step; see {@link ModelFile}
 * @param monitor the value by which the best is known; null to save after each epoch
 * @param larger whether larger is better; if nothing is said so it is for accuracy, precision, recall, F1, AUC and R2
 * @param metadata texts that are saved with the model
 */
public record ModelCheckpoint(Path file, @Nullable String monitor, boolean larger,
    Map<String, String> metadata) implements Callback.Watching {
  public ModelCheckpoint {
    metadata = Map.copyOf(metadata);
  }

  public static ModelCheckpoint best(Path file, String monitor) {
    return new ModelCheckpoint(file, monitor, Better.rises(monitor), Map.of());
  }

  public static ModelCheckpoint each(Path file) {
    return new ModelCheckpoint(file, null, false, Map.of());
  }

  /** For a value whose name does not tell. */
  public ModelCheckpoint largerIsBetter(boolean larger) {
    return new ModelCheckpoint(file, monitor, larger, metadata);
  }

  public ModelCheckpoint metadata(Map<String, String> metadata) {
    return new ModelCheckpoint(file, monitor, larger, metadata);
  }

  @Override
  public TrainingListener watch(Module model, Optimizer optimizer) {
    var epochs = new ArrayList<Epoch>();
    return new TrainingListener() {
      @Override
      public void goesOn(List<Epoch> before) {
        epochs.addAll(before);
      }

      @Override
      public void epochDone(Epoch epoch) {
        if (!epoch.complete()) return;
        epochs.add(epoch);
        if (monitor == null || new Better(monitor, larger, 0).since(epochs) == 0)
          ModelFile.save(model, file, metadata);
      }
    };
  }
}
