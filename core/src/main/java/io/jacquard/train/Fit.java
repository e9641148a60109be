package io.jacquard.train;

import io.jacquard.JacquardException;
import io.jacquard.data.Dataset;
import io.jacquard.optim.GradClip;
import io.jacquard.optim.ReduceOnPlateau;
import io.jacquard.optim.Schedule;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * How long and in what portions to train.
 *
 * <pre>{@code
 * trainer.fit(data, Fit.epochs(5).batchSize(32).validationSplit(0.1));
 * }</pre>
 *
 * @param epochs walks over the training data
 * @param batchSize samples a step; 32 unless said otherwise
 * @param validationSplit the share of the samples, from the end of the data set, that is held back and only evaluated
 * @param validation other data to evaluate after each epoch; null for none
 * @param listener is told how the training goes on, and may stop it
 * @param updates how gradients become steps of the optimizer
 * @param checkpoints where the training is saved while it goes on; null for nowhere
 * @param callbacks what the training does beside training
 */
public record Fit(int epochs, int batchSize, double validationSplit, @Nullable Dataset validation,
    TrainingListener listener, Updates updates, @Nullable Checkpoints checkpoints,
    List<Callback> callbacks) {
  public Fit {
    callbacks = List.copyOf(callbacks);
    if (epochs < 1) throw new JacquardException("Fit: epochs is " + epochs + ", expected 1 or more.");
    if (batchSize < 1)
      throw new JacquardException("Fit: batchSize is " + batchSize + ", expected 1 or more.");
    if (!(validationSplit >= 0 && validationSplit < 1)) {
      throw new JacquardException(
          "Fit: validationSplit is " + validationSplit + ", expected a share from 0 to below 1.");
    }
    if (validationSplit > 0 && validation != null) {
      throw new JacquardException("Fit: validationSplit is " + validationSplit
          + " and there is a validation set too, expected one of the two.");
    }
  }

  public static Fit epochs(int epochs) {
    return new Fit(epochs, 32, 0, null, TrainingListener.NONE, Updates.PLAIN, null, List.of());
  }

  public Fit batchSize(int batchSize) {
    return new Fit(epochs, batchSize, validationSplit, validation, listener, updates, checkpoints, callbacks);
  }

  public Fit validationSplit(double share) {
    return new Fit(epochs, batchSize, share, validation, listener, updates, checkpoints, callbacks);
  }

  public Fit validation(Dataset data) {
    return new Fit(epochs, batchSize, validationSplit, data, listener, updates, checkpoints, callbacks);
  }

  public Fit listener(TrainingListener listener) {
    return new Fit(epochs, batchSize, validationSplit, validation, listener, updates, checkpoints, callbacks);
  }

  /**
   * Adds gradients up over so many batches before each step of the optimizer; the same as batches so many times as large,
   * in less memory. The last step of an epoch takes what is left.
   */
  public Fit accumulate(int batches) {
    return with(new Updates(batches, updates.clip(), updates.pace()));
  }

  /** Holds gradients in bounds before each step: {@code clip(GradClip.byNorm(1.0))}. */
  public Fit clip(GradClip clip) {
    return with(new Updates(updates.accumulate(), clip, updates.pace()));
  }

  /** Follows a schedule whose time is the optimizer's steps in this fit, from 0. */
  public Fit schedulePerStep(Schedule schedule) {
    return schedulePerStep(_ -> schedule);
  }

  /** As above, for a schedule that depends on the number of all steps: {@code schedulePerStep(OneCycle::of)}. */
  public Fit schedulePerStep(LongFunction<Schedule> scheduleForSteps) {
    return with(updates.withPace(new Updates.Pace.PerStep(scheduleForSteps)));
  }

  /** Follows a schedule whose time is the epochs of this fit, from 0. */
  public Fit schedulePerEpoch(Schedule schedule) {
    return with(updates.withPace(new Updates.Pace.PerEpoch(schedule)));
  }

  /** Lowers learning rates when a value of the epochs, such as {@code val_loss}, has stopped to improve. */
  public Fit reduceOnPlateau(ReduceOnPlateau plateau, String value) {
    return with(updates.withPace(new Updates.Pace.OnPlateau(plateau, value)));
  }

  /** Saves the training while it goes on, or goes on with one that was saved: {@code checkpoints(Checkpoints.to(file))}. */
  public Fit checkpoints(Checkpoints checkpoints) {
    return new Fit(epochs, batchSize, validationSplit, validation, listener, updates, checkpoints, callbacks);
  }

  /** What the training does beside training, beside what was named before: {@code callbacks(EarlyStopping.on("val_loss"))}. */
  public Fit callbacks(Callback... more) {
    var all = new ArrayList<>(callbacks);
    var paced = updates;
    for (var callback : more) {
      switch (callback) {
        case LearningRateScheduler(var schedule) ->
          paced = paced.withPace(new Updates.Pace.PerEpoch(schedule));
        case ReduceLROnPlateau(var plateau, var monitor) ->
          paced = paced.withPace(new Updates.Pace.OnPlateau(plateau, monitor));
        case TerminateOnNaN _,Callback.Watching _ -> all.add(callback);
      }
    }
    return new Fit(epochs, batchSize, validationSplit, validation, listener, paced, checkpoints, all);
  }

  private Fit with(Updates updates) {
    return new Fit(epochs, batchSize, validationSplit, validation, listener, updates, checkpoints, callbacks);
  }
}
