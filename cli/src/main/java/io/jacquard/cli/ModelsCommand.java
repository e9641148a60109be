package io.jacquard.cli;

import io.jacquard.models.ModelCost;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;
import io.jacquard.spi.OpenOptions;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code jacquard models}: the networks that tasks know by name, and what they cost. */
@Command(name = "models", description = "Lists the ready-made networks, with their parameters and multiply-adds.", footer = {
    "",
    "Multiply-adds are those of one forward pass of one sample, in products of matrices and convolutions. A sample of text is",
    "a window of so many characters, of which there are 65 different ones.",
    "",
    "Example:", "  jacquard models"})
final class ModelsCommand implements Callable<Integer> {
  private final Output output;

  ModelsCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    var device = Backends.discover().choose("cpu", OpenOptions.DEFAULT).device();
    try (var _ = device.backend()) {
      Device.with(device, () -> {
        var form = "%-11s  %-15s  %-12s  %11s  %14s";
        output.line(form.formatted("Model", "Task", "Sample", "Parameters", "Multiply-adds"));
        for (var row : KnownModel.all()) {
          var cost = ModelCost.of(row.make(), row.sample(), row.type());
          var sizes = List.of(row.sample().toString().replaceAll("[\\[\\]]", "").split(", "));
          var sample = String.join("x", sizes.subList(1, sizes.size()));
          output.line(String.format(Locale.ROOT, "%-11s  %-15s  %-12s  %,11d  %,14d", row.name(), row.task(),
              sample, cost.parameters(), cost.multiplyAdds()));
        }
      });
    }
    return 0;
  }
}
