package io.jacquard.train;

import io.jacquard.JacquardException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Where and how often a training is saved while it goes on, so that it can go on after whatever has ended it. A training
 * that went on ends with the same bits as one that was never interrupted.
 *
 * <pre>{@code
 * var file = Path.of("training.safetensors");
 * trainer.fit(data, Fit.epochs(5).checkpoints(Checkpoints.to(file)));                // Ctrl-C, or a power cut
 * trainer.fit(data, Fit.epochs(5).checkpoints(Checkpoints.to(file).resume()));       // later, on a new model
 * }</pre>
 *
 * <p>The file holds the model, the optimizer and what it follows, the count of random draws, the place in the epoch and in
 * its shuffle, and the history. It is replaced in one step, so that the one before stays until the next is whole, and has
 * a checksum. Nothing in it can be executed.
 *
 * @param file the checkpoint, a safetensors file
 * @param every the longest time between two; there is one after each epoch, too, unless the last one is less than a second
 *        old
 * @param resuming whether to begin where the file says
 */
public record Checkpoints(Path file, Duration every, boolean resuming) {
  public Checkpoints {
    if (every.isNegative() || every.isZero())
      throw new JacquardException("Checkpoints: every is " + every + ", expected a time above 0.");
  }

  /** After each epoch and every 60 seconds. */
  public static Checkpoints to(Path file) {
    return new Checkpoints(file, Duration.ofSeconds(60), false);
  }

  public Checkpoints every(Duration time) {
    return new Checkpoints(file, time, resuming);
  }

  /** Goes on where the file says. Model, optimizer, data, seed and batch size must be those it was begun with. */
  public Checkpoints resume() {
    return new Checkpoints(file, every, true);
  }
}
