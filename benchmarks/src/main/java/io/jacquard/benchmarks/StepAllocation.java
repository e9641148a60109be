package io.jacquard.benchmarks;

import com.sun.management.ThreadMXBean;
import io.jacquard.data.Dataset;
import io.jacquard.nn.Module;
import io.jacquard.train.Fit;
import io.jacquard.train.Progress;
import io.jacquard.train.Trainer;
import io.jacquard.train.TrainingListener;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * How many bytes of the Java heap a replayed training step takes. All threads count, also the one on
 * which a backend still prepares faster kernels: let it finish first, by a warm-up that is long enough.
 *
 * <pre>{@code
 * double bytes = StepAllocation.perStep(Models.mlp(), ManyDigits.of(32_000), 32, Duration.ofSeconds(20));
 * }</pre>
 */
public final class StepAllocation implements TrainingListener {
  /** Steps at the beginning of an epoch that are not replayed, or record. */
  private static final int FIRST = 10;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  /** When the warm-up is over, by the clock of System.nanoTime. */
  private final long warmAt;
  private boolean counting;
  private long atFirst;
  private double perStep = Double.NaN;

  private StepAllocation(Duration warmUp) {
    warmAt = System.nanoTime() + warmUp.toNanos();
  }

  /**
   * Trains on the current device and gives the mean over the first epoch that begins after the warm-up.
   *
   * @param warmUp code that is not compiled yet allocates much more
   * @throws IllegalArgumentException if there are too few samples for replayed steps
   * @throws IllegalStateException if the steps were not replayed
   */
  public static double perStep(Module model, Dataset data, int batchSize, Duration warmUp) {
    if (data.size() / batchSize <= FIRST + 1)
      throw new IllegalArgumentException(
          data.size() + " samples make no more than " + FIRST + " steps of " + batchSize);
    var listener = new StepAllocation(warmUp);
    var history = Trainer.of(model).fit(data,
        Fit.epochs(Integer.MAX_VALUE).batchSize(batchSize).listener(listener));
    history.notReplayed().ifPresent(reason -> {
      throw new IllegalStateException("the steps were not replayed: " + reason);
    });
    return listener.perStep;
  }

  @Override
  public void stepDone(Progress progress) {
    if (progress.step() == FIRST) {
      counting = System.nanoTime() > warmAt;
      atFirst = threads.getTotalThreadAllocatedBytes();
    } else if (counting && progress.step() == progress.steps() - 1) { // the last step may be a smaller one
      perStep = (double) (threads.getTotalThreadAllocatedBytes() - atFirst) / (progress.step() - FIRST);
    }
  }

  @Override
  public boolean wantsStop() {
    return !Double.isNaN(perStep);
  }
}
