package io.jacquard.train;

import io.jacquard.JacquardException;
import io.jacquard.optim.GradClip;
import io.jacquard.optim.ReduceOnPlateau;
import io.jacquard.optim.Schedule;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Fit} turns gradients into steps of the optimizer.
 *
 * <pre>{@code
 * var fit = Fit.epochs(5).accumulate(4).clip(GradClip.byNorm(1.0)).schedulePerStep(OneCycle::of);
 * }</pre>
 *
 * @param accumulate over how many batches gradients are added up before each step
 * @param clip what is done to gradients before each step; null for nothing
 * @param pace how learning rates change
 */
public record Updates(int accumulate, @Nullable GradClip clip, Pace pace) {
  static final Updates PLAIN = new Updates(1, null, new Pace.Steady());

  public Updates {
    if (accumulate < 1)
      throw new JacquardException("Fit: accumulate is " + accumulate + ", expected 1 or more.");
  }

  /** How learning rates change. */
  public sealed interface Pace {
    /** They stay as they are. */
    record Steady() implements Pace {}

    /** A schedule over the optimizer's steps, made for their number. */
    record PerStep(LongFunction<Schedule> schedule) implements Pace {}

    /** A schedule over epochs. */
    record PerEpoch(Schedule schedule) implements Pace {}

    /** By a value of each epoch, such as {@code val_loss}. */
    record OnPlateau(ReduceOnPlateau plateau, String value) implements Pace {}
  }

  Updates withPace(Pace pace) {
    if (!(this.pace instanceof Pace.Steady)) {
      throw new JacquardException("Fit: there is a schedule already, expected one. "
          + "Put schedules together with then() or Schedule.chain().");
    }
    return new Updates(accumulate, clip, pace);
  }
}
