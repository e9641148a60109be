package io.jacquard.train;

import java.util.List;
import java.util.function.Consumer;

/**
 * Is told how a training goes on; every method may be left out. Called by the training thread.
 *
 * <pre>{@code
 * trainer.fit(data, Fit.epochs(5).listener(TrainingListener.onEpoch(IO::println)));
 * }</pre>
 */
public interface TrainingListener {
  TrainingListener NONE = new TrainingListener() {};

  /** One that is told of every epoch when it is done: {@code TrainingListener.onEpoch(IO::println)}. */
  static TrainingListener onEpoch(Consumer<Epoch> action) {
    return new TrainingListener() {
      @Override
      public void epochDone(Epoch epoch) {
        action.accept(epoch);
      }
    };
  }

  /** Several as one: all are told, in this order, and any of them may end the training. */
  static TrainingListener all(TrainingListener... listeners) {
    return new Listeners(List.of(listeners));
  }

  /**
   * A training goes on that was interrupted; before its first epoch here begins.
   *
   * @param epochs those that are done
   */
  default void goesOn(List<Epoch> epochs) {}

  /** An epoch begins, or goes on. */
  default void epochBegins(int epoch, int epochs, long steps) {}

  /**
   * A step is done.
   *
   * @param progress reused for the next step: read it now
   */
  default void stepDone(Progress progress) {}

  /** An epoch is done, its validation included. */
  default void epochDone(Epoch epoch) {}

  /** Asked after every step and every epoch: true ends the training early, with what was learned so far. */
  default boolean wantsStop() {
    return false;
  }
}
