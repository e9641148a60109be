package io.jacquard.cli;

import io.jacquard.spi.Backends;
import io.jacquard.spi.Probe.Available;
import io.jacquard.spi.Probe.Unavailable;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code jacquard devices}: what there is to compute on, and what would be needed for the rest. */
@Command(name = "devices", description = "Lists the backends and their devices; for each that is not available, why, and what helps.", footer = {
    "", "Example:", "  jacquard devices"})
final class DevicesCommand implements Callable<Integer> {
  private final Output output;

  DevicesCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    output.line(table(Backends.discover()));
    return 0;
  }

  static String table(Backends backends) {
    var rows = new ArrayList<String[]>();
    rows.add(new String[]{"Device", "State", ""});
    String automatic = null;
    for (var candidate : backends.candidates()) {
      switch (candidate.probe()) {
        case Available(var devices) -> {
          if (automatic == null) automatic = candidate.name();
          for (var device : devices) {
            rows.add(new String[]{device.name(), "available", device.description()});
            if (!device.details().isEmpty()) rows.add(new String[]{"", "", device.details()});
          }
        }
        case Unavailable(var reason, var cure) -> {
          rows.add(new String[]{candidate.name(), "not available", reason});
          rows.add(new String[]{"", "", "to use it, " + cure});
        }
      }
    }
    int device = rows.stream().mapToInt(row -> row[0].length()).max().orElse(0);
    int state = rows.stream().mapToInt(row -> row[1].length()).max().orElse(0);
    var text = new StringBuilder();
    for (var row : rows) {
      var line = row[0] + " ".repeat(device + 2 - row[0].length()) + row[1]
          + " ".repeat(state + 2 - row[1].length()) + row[2];
      text.append(line.stripTrailing()).append('\n');
    }
    return text
        .append(automatic == null ? "No backend is available." : "'--backend auto' takes " + automatic + ".")
        .toString();
  }
}
