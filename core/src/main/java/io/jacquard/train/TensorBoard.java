package io.jacquard.train;

import io.jacquard.data.image.ImageGrid;
import io.jacquard.data.image.Tiles;
import io.jacquard.io.EventFile;
import io.jacquard.nn.Module;
import io.jacquard.optim.Optimizer;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;

/**
 * Writes event files that TensorBoard shows: {@code tensorboard --logdir FOLDER}. As Keras does, it puts the values of
 * training into the folder {@code train} and those of validation into {@code validation}, under the same tags ({@code
 * epoch_loss}), so that they share a diagram. The learning rate is among those of training.
 *
 * <pre>{@code
 * trainer.fit(data, Fit.epochs(20).validationSplit(0.1).callbacks(TensorBoard.in(Path.of("logs")).histograms().images()));
 * }</pre>
 *
 * @param folder one a run
 * @param withHistograms whether the distribution of each parameter is written, too
 * @param withImages whether filters and weights are written as pictures, too
 */
public record TensorBoard(Path folder, boolean withHistograms,
    boolean withImages) implements Callback.Watching {
  private static final String VALIDATION = "val_";
  private static final long MOST_FILTERS = 256;
  private static final long MOST_SIDE = 512;

  public static TensorBoard in(Path folder) {
    return new TensorBoard(folder, false, false);
  }

  /** Also how the values of each parameter are distributed, after each epoch. */
  public TensorBoard histograms() {
    return new TensorBoard(folder, true, withImages);
  }

  /**
   * Also, after each epoch, the filters of convolutions as a grid, and other weights of two dimensions as a picture with a row
   * for each output: zero is middle grey, what is positive lighter. Of each at most 256 filters, and 512 rows and columns.
   */
  public TensorBoard images() {
    return new TensorBoard(folder, withHistograms, true);
  }

  /** Of weights that have one: [K, C, H, W] or [out, in]. */
  private static Optional<EventFile.Value> picture(String key, Tensor weight) {
    boolean filters = weight.rank() == 4;
    if (!filters && weight.rank() != 2) return Optional.empty();
    var tiles = Tiles.filters(filters ? weight : weight.slice(0, 0, Math.min(weight.size(0), MOST_SIDE))
        .slice(1, 0, Math.min(weight.size(1), MOST_SIDE)).unsqueeze(0).unsqueeze(0));
    int shown = (int) Math.min(tiles.size(0), MOST_FILTERS);
    int columns = (int) Math.ceil(Math.sqrt(shown));
    return Optional.of(EventFile.image(key, ImageGrid.draw(tiles.slice(0, 0, shown), columns)));
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
        try (var _ = Scope.open()) {
          model.namedParameters().forEach((key, p) -> {
            if (withHistograms) own.add(EventFile.histogram(key, p.value().toDoubles()));
            if (withImages && p.value().rank() >= 2) picture(key, p.value().detach()).ifPresent(own::add);
          });
        }
        training.write(epoch.number(), own);
        if (!held.isEmpty()) validation.write(epoch.number(), held);
      }
    };
  }
}
