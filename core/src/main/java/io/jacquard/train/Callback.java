package io.jacquard.train;

import io.jacquard.nn.Module;
import io.jacquard.optim.Optimizer;

/**
 * What a training does beside training, under Keras's names; see {@link Fit#callbacks}.
 *
 * <pre>{@code
 * var fit = Fit.epochs(100).validationSplit(0.1).callbacks(EarlyStopping.on("val_loss").patience(5),
 *     ModelCheckpoint.best(Path.of("best.safetensors"), "val_loss"), new CSVLogger(Path.of("log.csv")));
 * }</pre>
 *
 * <p>A training that goes on from a checkpoint tells them of the epochs before, from which they know where they were.
 * Something of one's own is a {@link TrainingListener}.
 */
public sealed interface Callback permits Callback.Watching, LearningRateScheduler, ReduceLROnPlateau,
    TerminateOnNaN {

  /** One that is told how a training goes on. */
  sealed interface Watching extends Callback permits EarlyStopping, ModelCheckpoint, CSVLogger, TensorBoard {
    /** What is told of one training, of this model by this optimizer. */
    TrainingListener watch(Module model, Optimizer optimizer);
  }
}
