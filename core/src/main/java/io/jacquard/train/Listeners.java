package io.jacquard.train;

import java.util.List;

/** Tells several listeners, in their order; who of them wants to stop stops the training. */
record Listeners(List<TrainingListener> all) implements TrainingListener {
  Listeners {
    all = List.copyOf(all);
  }

  @Override
  public void goesOn(List<Epoch> epochs) {
    all.forEach(each -> each.goesOn(epochs));
  }

  @Override
  public void epochBegins(int epoch, int epochs, long steps) {
    all.forEach(each -> each.epochBegins(epoch, epochs, steps));
  }

  @Override
  public void stepDone(Progress progress) {
    for (int i = 0; i < all.size(); i++) all.get(i).stepDone(progress); // after each step: no iterator
  }

  @Override
  public void epochDone(Epoch epoch) {
    all.forEach(each -> each.epochDone(epoch));
  }

  @Override
  public boolean wantsStop() {
    boolean stop = false;
    for (int i = 0; i < all.size(); i++) stop |= all.get(i).wantsStop();
    return stop;
  }
}
