package io.jacquard.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run saves while it goes on.
 *
 * @param every the longest time between two checkpoints
 * @param resume the folder of the run that goes on; null for a new one
 * @param line the command line, without what a resumption names anew
 * @param extras what is done beside training
 * @param findLr whether only a learning rate is looked for
 */
record Keep(Duration every, @Nullable Path resume, List<String> line, Extras extras, boolean findLr) {
  static final Keep USUAL = new Keep(Duration.ofSeconds(60), null, List.of(), Extras.NONE, false);

  Keep {
    line = List.copyOf(line);
  }
}
