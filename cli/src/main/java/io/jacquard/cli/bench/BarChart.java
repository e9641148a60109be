package io.jacquard.cli.bench;

import java.util.List;

/** How fast each device does each workload of a group: the fastest has a full bar. */
final class BarChart {
  private static final int WIDTH = 520;
  private static final int FULL = 390;
  private static final int BAR = 16;
  private static final int LABEL = 18;

  private BarChart() {}

  static Svg of(List<Row> rows, List<String> devices) {
    int each = LABEL + BAR * devices.size() + 6;
    var svg = new Svg(WIDTH, rows.size() * each, "speed by workload");
    int y = 0;
    for (var row : rows) {
      svg.text(0, y + 12.0, "", row.name());
      for (int d = 0; d < devices.size(); d++) {
        var device = devices.get(d);
        double top = y + (double) LABEL + BAR * d;
        switch (row.cells().get(device)) {
          case Cell.Measured(var nanos, var processes) -> {
            double length = Math.max(1.5, FULL / row.times(device));
            var rate = Units.rate(row, device);
            var tip = device + ": " + Units.time(nanos) + ", " + nanos.count() + (processes.size() > 1 ? " processes from " : " rounds from ")
                + Units.time(nanos.min()) + " to " + Units.time(nanos.max())
                + (rate.isEmpty() ? "" : ", " + rate);
            svg.rect(0, top, length, BAR - 3.0, "d" + d % 6, tip).text(length + 6, top + 10.5, "figure",
                Units.time(nanos));
          }
          case Cell.Missing(var reason) ->
            svg.text(2, top + 10.5, "missing", device + ": " + shortened(reason));
          case null -> {
          }
        }
      }
      y += each;
    }
    return svg;
  }

  private static String shortened(String reason) {
    return reason.length() <= 78 ? reason : reason.substring(0, 76) + " …";
  }
}
