package io.jacquard.cli;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a run saves while it goes on: options of all tasks of {@code jacquard train}. */
final class KeepOptions {
  @Option(names = Resumption.OPTION, paramLabel = "RUN", description = "Go on with a run that was interrupted, with the options it was begun with. Only --epochs, --data, --backend, "
      + "--threads, --report, --quiet and --checkpoint-every may be named anew.")
  private @Nullable Path resume;

  @Option(names = "--checkpoint-every", paramLabel = "SECONDS", defaultValue = "60", description = "Save where the training stands this often, beside after each epoch (default: ${DEFAULT-VALUE}).")
  private Double every;

  @Option(names = LrFindCommand.OPTION, hidden = true)
  private boolean findLr;

  @Mixin
  private ExtraOptions extras;

  Keep settings(CommandLine command) {
    TrainOptions.require(command, every > 0 && every < 1e9,
        "--checkpoint-every " + every + ": expected seconds, above 0.");
    var root = command.getCommandSpec().root().commandLine().getParseResult();
    return new Keep(Duration.ofNanos(Math.max(1, (long) (every * 1e9))), resume,
        Resumption.lasting(root.originalArgs()),
        extras.settings(command), findLr);
  }
}
