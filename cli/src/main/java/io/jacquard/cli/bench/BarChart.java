package io.jacquard.cli.bench;

import io.jacquard.cli.Page;
import java.util.List;
import java.util.Locale;

/**
 * How fast each device does each workload of a group: the fastest has a full bar. As HTML, whose text stays as large as it is
 * where a page is narrow.
 */
final class BarChart {
  private BarChart() {}

  static String of(List<Row> rows, List<String> devices) {
    var html = new StringBuilder();
    for (var row : rows) {
      html.append("<div class=\"work\"><b>").append(Page.escape(row.name())).append("</b>\n");
      for (int d = 0; d < devices.size(); d++) html.append(speed(row, devices.get(d), "d" + d % 6));
      html.append("</div>\n");
    }
    return html.toString();
  }

  /** The device's name stands at its bar, so that nobody has to know it by the colour. */
  private static String speed(Row row, String device, String style) {
    var line = switch (row.cells().get(device)) {
      case Cell.Measured(var nanos, var processes) -> {
        var rate = Units.rate(row, device);
        var tip = Units.time(nanos) + ", " + nanos.count()
            + (processes.size() > 1 ? " processes from " : " rounds from ") + Units.time(nanos.min()) + " to "
            + Units.time(nanos.max()) + (rate.isEmpty() ? "" : ", " + rate);
        yield "<span class=\"track\" title=\"" + Page.escape(tip) + "\"><i class=\"" + style
            + String.format(Locale.ROOT, "\" style=\"width:%.1f%%\"></i></span><span>",
                100 / row.times(device))
            + Page.escape(Units.time(nanos)) + "</span>";
      }
      case Cell.Missing(var reason) -> "<em>" + Page.escape(reason) + "</em>";
      case null -> "";
    };
    return line.isEmpty() ? ""
        : "<div class=\"speed\"><span>" + Page.escape(device) + "</span>" + line + "</div>\n";
  }
}
