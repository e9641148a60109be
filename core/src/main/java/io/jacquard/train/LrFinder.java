package io.jacquard.train;

import io.jacquard.JacquardException;
import io.jacquard.data.Dataset;
import io.jacquard.optim.Schedule;
import java.util.Arrays;

/**
 * Looks for a learning rate: trains while the rate grows from step to step, and sees where the loss falls fastest
 * (Smith: Cyclical Learning Rates for Training Neural Networks, WACV 2017, section 3.3).
 *
 * <pre>{@code
 * var found = LrFinder.find(trainer, data, 32);
 * System.out.println(found.suggestion());
 * }</pre>
 *
 * <p>The trainer's model is changed by it: train with a new one.
 *
 * @param rates of the steps
 * @param losses of the steps, smoothed
 */
public record LrFinder(double[] rates, double[] losses) {
  private static final double FROM = 1e-6;
  private static final double TO = 10;
  private static final int STEPS = 200;
  /** The weight of the past in the smoothed loss. */
  private static final double PAST = 0.95;
  /** A loss that is so many times the lowest one has left the valley. */
  private static final double LOST = 4;
  private static final int AT_FIRST = 40;
  /** Steps on both sides over which a slope is taken. */
  private static final int NEAR = 5;

  /** From 1e-6 to 10 in at most 200 steps, each ten times the one 28 steps before; ends where the loss explodes. */
  public static LrFinder find(Trainer trainer, Dataset data, int batchSize) {
    long steps = Math.ceilDiv(data.size(), batchSize);
    int epochs = (int) Math.ceilDiv(STEPS, Math.max(1, steps));
    double growth = Math.pow(TO / FROM, 1.0 / (STEPS - 1));
    var seen = new Seen(growth);
    trainer.fit(data, Fit.epochs(epochs).batchSize(batchSize).listener(seen)
        .schedulePerStep((Schedule) (t, _) -> FROM * Math.pow(growth, t))
        .callbacks(new TerminateOnNaN(_ -> {})));
    return new LrFinder(Arrays.copyOf(seen.rates, seen.count), Arrays.copyOf(seen.losses, seen.count));
  }

  /**
   * Where the loss falls fastest, by the logarithm of the rate: a rate to train with. Looked for between the first tenth of
   * the fall and its end, since before that there is only noise.
   *
   * @throws JacquardException if it falls by less than a twentieth
   */
  public double suggestion() {
    int lowest = 0;
    for (int i = 1; i < losses.length; i++) {
      if (losses[i] < losses[lowest]) lowest = i;
    }
    // The smallest rates change nothing: what these steps show is where the training begins.
    double begin = Arrays.stream(losses, 0, Math.min(AT_FIRST, losses.length)).average().orElse(0);
    double fall = losses.length == 0 ? 0 : begin - losses[lowest];
    if (!(fall > 0.05 * Math.abs(begin))) {
      throw new JacquardException("lr-find: the loss falls at no rate from " + FROM + " to " + TO
          + ". Check the data and the loss, or use larger batches.");
    }
    int from = lowest;
    while (from > 0 && losses[from - 1] < begin - fall / 10) from--;
    int best = from;
    double steepest = 0;
    for (int i = from; i <= lowest; i++) {
      double slope = losses[Math.min(lowest, i + NEAR)] - losses[Math.max(0, i - NEAR)];
      if (slope < steepest) {
        steepest = slope;
        best = i;
      }
    }
    return rates[best];
  }

  /** Notes losses until they explode. */
  private static final class Seen implements TrainingListener {
    final double[] rates = new double[STEPS];
    final double[] losses = new double[STEPS];
    private final double growth;
    private int count;
    private double mean;
    private double lowest = Double.POSITIVE_INFINITY;
    private boolean over;

    Seen(double growth) {
      this.growth = growth;
    }

    @Override
    public void stepDone(Progress progress) {
      if (over) return;
      mean = PAST * mean + (1 - PAST) * progress.stepLoss();
      double smooth = mean / (1 - Math.pow(PAST, count + 1.0)); // as if the past had been like the first
                                                                // steps
      rates[count] = FROM * Math.pow(growth, count);
      losses[count++] = smooth;
      lowest = Math.min(lowest, smooth);
      over = count == STEPS || count > 10 && smooth > LOST * lowest;
    }

    @Override
    public boolean wantsStop() {
      return over;
    }
  }
}
