package io.jacquard.cli;

import io.jacquard.train.Progress;
import io.jacquard.train.TrainingListener;
import java.util.Arrays;

/** Gathers the losses of a training's steps, in at most {@value #MOST} means over equally many steps each. */
final class LossCurve implements TrainingListener {
  private static final int MOST = 512;

  private final double[] means = new double[MOST];
  private int count;
  /** How many steps a mean is over. */
  private long each = 1;
  private double sum;
  private long steps;
  /** Steps whose losses are not in the sum yet. */
  private long waiting;
  private final RecentLoss loss = new RecentLoss();

  @Override
  public void stepDone(Progress progress) {
    steps++;
    waiting++;
    if (steps < each && progress.step() < progress.steps()) return;
    sum += loss.take(progress) * waiting;
    waiting = 0;
    if (steps < each) return;
    means[count++] = sum / steps;
    sum = 0;
    steps = 0;
    if (count < MOST) return;
    for (int i = 0; i < MOST / 2; i++) means[i] = (means[2 * i] + means[2 * i + 1]) / 2;
    count = MOST / 2;
    each *= 2;
  }

  double[] values() {
    return Arrays.copyOf(means, count);
  }
}
