package io.jacquard.cli;

import io.jacquard.train.Progress;

/**
 * The mean loss over the samples since it was asked for last, from the means over the epoch: so it need not be asked for after
 * each step, which would have a GPU wait.
 */
final class RecentLoss {
  private int epoch;
  private double sum;
  private long samples;

  /** In an epoch that goes on from a checkpoint, the first is over all of the epoch so far. */
  double take(Progress progress) {
    if (progress.epoch() != epoch) {
      epoch = progress.epoch();
      sum = 0;
      samples = 0;
    }
    double before = sum;
    long more = progress.samples() - samples;
    samples = progress.samples();
    sum = progress.loss() * samples;
    return more == 0 ? progress.stepLoss() : (sum - before) / more;
  }
}
