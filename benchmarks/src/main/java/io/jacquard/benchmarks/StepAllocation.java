package io.jacquard.benchmarks;

import com.sun.management.ThreadMXBean;
import io.jacquard.data.Dataset;
import io.jacquard.nn.Module;
import io.jacquard.train.Fit;
import io.jacquard.train.Progress;
import io.jacquard.train.Trainer;
import io.jacquard.train.TrainingListener;
import java.lang.management.ManagementFactory;

/**
 * How many bytes of the Java heap a replayed training step takes. All threads count, also the one on
 * which a backend still prepares faster kernels: let it finish first, with enough epochs.
 *
 * <pre>{@code
 * double bytes = StepAllocation.perStep(Models.mlp(), ManyDigits.of(32_000), 32, 10);
 * }</pre>
 */
public final class StepAllocation implements TrainingListener {
  /** Steps at the beginning of an epoch that are not replayed, or record. */
  private static final int FIRST = 10;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final int epochs;
  private long atFirst;
  private double perStep = Double.NaN;

  private StepAllocation(int epochs) {
    this.epochs = epochs;
  }

  /**
   * Trains on the current device and gives the mean over the last epoch.
   *
   * @param epochs all but the last one are for warming up: code that is not compiled yet allocates much more
   * @throws IllegalArgumentException if there are too few samples for replayed steps
   * @throws IllegalStateException if the steps were not replayed
   */
  public static double perStep(Module model, Dataset data, int batchSize, int epochs) {
    if (data.size() / batchSize <= FIRST + 1)
      throw new IllegalArgumentException(
          data.size() + " samples make no more than " + FIRST + " steps of " + batchSize);
    var listener = new StepAllocation(epochs);
    var history = Trainer.of(model).fit(data,
        Fit.epochs(epochs).batchSize(batchSize).listener(listener));
    history.notReplayed().ifPresent(reason -> {
      throw new IllegalStateException("the steps were not replayed: " + reason);
    });
    return listener.perStep;
  }

  @Override
  public void stepDone(Progress progress) {
    if (progress.epoch() < epochs) return;
    if (progress.step() == FIRST) {
      atFirst = threads.getTotalThreadAllocatedBytes();
    } else if (progress.step() == progress.steps() - 1) { // the last step may be a smaller one
      perStep = (double) (threads.getTotalThreadAllocatedBytes() - atFirst) / (progress.step() - FIRST);
    }
  }
}
