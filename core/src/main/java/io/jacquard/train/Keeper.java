package io.jacquard.train;

import io.jacquard.JacquardException;
import io.jacquard.io.AtomicFile;
import io.jacquard.tensor.Generator;
import org.jspecify.annotations.Nullable;

/** Saves a training when it is time, and finds what was saved. */
final class Keeper {
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

  /** Whether the last time is long enough ago. */
  boolean isDue() {
    return System.nanoTime() - saved >= how.every().toNanos();
  }

  void save(Standing standing) {
    file.save(how.file(), standing);
    saved = System.nanoTime();
  }
}
