package io.jacquard.cli;

import io.jacquard.spi.Backends;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jacquard watch}: a page on a run, which shows how its training goes on in another process. */
@Command(name = "watch", sortOptions = false, description = "Serves a page on a run to this machine's browsers, until Ctrl-C.", footer = {
    "",
    "Curves, the confusion matrix, predictions with pictures, the layers, and the machine's load. It reads the run's "
        + "files, so the training may go on meanwhile, or be over. Predictions are computed on one core of the CPU, "
        + "to leave the rest to the training, unless --backend or --threads names something else.",
    "", "Example:", "  jacquard watch runs/mnist-cnn-001"})
final class WatchCommand implements Callable<Integer> {
  private static final int REST = 200;

  private final Output output;

  @Spec
  private CommandSpec spec;

  @Parameters(paramLabel = "RUN", description = "The folder of a run.")
  private Path run;

  @Option(names = "--port", paramLabel = "N", defaultValue = "8425", description = "Where the page is; 0 for any port that is free (default: ${DEFAULT-VALUE}).")
  private int port;

  @Mixin
  private DeviceOptions device;

  WatchCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() throws InterruptedException {
    TrainOptions.require(spec.commandLine(), port >= 0 && port <= 65_535,
        "--port " + port + ": expected 0 to 65535.");
    RunFolder.require(run);
    // The training has the better device, and more of the cores.
    if (device.backend.equals(Backends.AUTO)) device.backend = "cpu";
    if (device.threads == null) device.threads = 1;
    var backends = Backends.discover();
    device.check(spec.commandLine(), backends);
    var opened = device.open(backends).device();
    try (var _ = opened.backend();
        var stop = StopSignal.listen();
        var server = WatchServer.start(new WatchedRun(run), port, opened)) {
      output.line("Watching " + run + " at " + server.address() + " (Ctrl-C ends it)");
      while (!stop.requested()) Thread.sleep(REST);
    }
    return 0;
  }
}
