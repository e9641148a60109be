package io.jacquard.train;

import io.jacquard.io.EventFile;
import io.jacquard.nn.Module;
import io.jacquard.optim.Optimizer;
import io.jacquard.tensor.Scope;
import java.nio.file.Path;
import java.util.ArrayList;

/**
 * Writes event files that TensorBoard shows: {@code tensorboard --logdir FOLDER}. As Keras does, it puts the values of
 * training into the folder {@code train} and those of validation into {@code validation}, under the same tags ({@code
 * epoch_loss}), so that they share a diagram. The learning rate is among those of training.
 *
 * <pre>{@code
 * trainer.fit(data, Fit.epochs(20).validationSplit(0.1).callbacks(TensorBoard.in(Path.of("logs")).histograms()));
 * }</pre>
 *
 * @param folder one a run
 * @param withHistograms whether the distribution of each parameter is written, too
 */
public record TensorBoard(Path folder, boolean withHistograms) implements Callback.Watching {
  private static final String VALIDATION = "val_";

  public static TensorBoard in(Path folder) {
    return new TensorBoard(folder, false);
  }

  /** Also how the values of each parameter are distributed, after each epoch. */
  public TensorBoard histograms() {
    return new TensorBoard(folder, true);
  }

  @Override
  public TrainingListener watch(Module model, Optimizer optimizer) {
    // Files, one for each folder, are made when there is something to write.
    return new TrainingListener() {
      private final EventFile training = EventFile.in(folder.resolve("train"));
      private final EventFile validation = EventFile.in(folder.resolve("validation"));

      @Override
      public void epochDone(Epoch epoch) {
        var own = new ArrayList<EventFile.Value>();
        var held = new ArrayList<EventFile.Value>();
        epoch.values().forEach((name, value) -> {
          if (name.startsWith(VALIDATION))
            held.add(EventFile.scalar("epoch_" + name.substring(VALIDATION.length()), value));
          else
            own.add(EventFile.scalar("epoch_" + name, value));
        });
        own.add(EventFile.scalar("epoch_learning_rate", optimizer.lr()));
        if (withHistograms) {
          try (var _ = Scope.open()) {
            model.namedParameters()
                .forEach((key, p) -> own.add(EventFile.histogram(key, p.value().toDoubles())));
          }
        }
        training.write(epoch.number(), own);
        if (!held.isEmpty()) validation.write(epoch.number(), held);
      }
    };
  }
}
