package io.jacquard.train;

/** Wants a training to stop after so many steps. */
final class StopAfter implements TrainingListener {
  private final long steps;
  private long done;

  StopAfter(long steps) {
    this.steps = steps;
  }

  @Override
  public void stepDone(Progress progress) {
    done++;
  }

  @Override
  public boolean wantsStop() {
    return done >= steps;
  }
}
