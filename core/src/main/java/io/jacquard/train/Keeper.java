package io.jacquard.train;

import io.jacquard.JacquardException;
import io.jacquard.io.AtomicFile;
import io.jacquard.tensor.Generator;
import org.jspecify.annotations.Nullable;

/** Saves a training when it is time, and finds what was saved. */
final class Keeper {
  private static final long AT_MOST_EVERY_NANOS = 1_000_000_000;

  private final Checkpoints how;
  private final CheckpointFile file;
  private long saved = System.nanoTime();

  Keeper(Checkpoints how, CheckpointFile file) {
    this.how = how;
    this.file = file;
  }

  /** Gives model and optimizer the values of the checkpoint; null if a training is to begin anew. */
  @Nullable
  Standing load() {
    AtomicFile.removeLeftovers(how.file());
    if (!how.resuming()) return null;
    var standing = file.load(how.file());
    long seed = Generator.current().seed();
    if (standing.seed() != seed) {
      throw new JacquardException(how.file() + ": the training was begun with seed " + standing.seed()
          + ", here it is " + seed + ". Go on with the same: Generator.with(new Generator("
          + standing.seed() + "), ...).");
    }
    return standing;
  }

  /** Whether an epoch's end is worth a checkpoint: not those of many small epochs a second. */
  boolean isWorthIt() {
    return isDue() || System.nanoTime() - saved >= AT_MOST_EVERY_NANOS;
  }

  /** Whether the last time is long enough ago. */
  boolean isDue() {
    return System.nanoTime() - saved >= how.every().toNanos();
  }

  void save(Standing standing) {
    file.save(how.file(), standing);
    saved = System.nanoTime();
  }
}
