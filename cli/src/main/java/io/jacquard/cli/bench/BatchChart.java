package io.jacquard.cli.bench;

import io.jacquard.cli.Page;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** The time of a sample against the batch size: what a device needs for a call weighs less the larger the batch is. */
final class BatchChart {
  private static final int WIDTH = 400;
  private static final int HEIGHT = 260;
  private static final int LEFT = 56;
  private static final int BOTTOM = 40;
  /** Who is faster by less than that is not called so. */
  private static final double CLEARLY = 0.1;

  private BatchChart() {}

  /** The rows of each work that was measured with several batch sizes. */
  static SequencedMap<String, List<Row>> families(BenchReport report) {
    var all = new LinkedHashMap<String, List<Row>>();
    for (var row : report.rows()) {
      if (row.batch() > 0 && row.fastest().isPresent())
        all.computeIfAbsent(row.family(), _ -> new ArrayList<>()).add(row);
    }
    all.values().removeIf(rows -> rows.size() < 2);
    return all;
  }

  /** In words, from which batch size on which device is the fastest. */
  static List<String> crossings(BenchReport report) {
    var lines = new ArrayList<String>();
    if (report.names().size() < 2) return lines;
    families(report).forEach((family, rows) -> lines.add(family + ": " + crossing(rows)));
    return lines;
  }

  static String crossing(List<Row> rows) {
    var text = new StringBuilder();
    var before = "";
    for (var row : rows) {
      var best = row.fastest().orElse("");
      if (best.equals(before) || row.times(before) < 1 + CLEARLY) continue;
      text.append(before.isEmpty() ? "" : ", ").append(best)
          .append(before.isEmpty() ? " is the fastest at batch " : " from batch ").append(row.batch());
      before = best;
    }
    return text.indexOf(",") < 0 ? before + " is the fastest at every batch size" : text.toString();
  }

  static Svg of(String family, List<Row> rows, List<String> devices) {
    var micros = new ArrayList<Double>();
    for (var row : rows)
      devices.forEach(d -> row.nanos(d).ifPresent(n -> micros.add(n.median() / row.batch() / 1e3)));
    var x = Axis.around(rows.stream().map(row -> (double) row.batch()).toList(), 2, LEFT, WIDTH - 16.0);
    var y = Axis.around(micros, 10, HEIGHT - BOTTOM, 12);
    var svg = new Svg(WIDTH, HEIGHT, family + ": time of a sample by batch size");
    for (double tick : y.ticks(10, 6))
      svg.line(LEFT, y.at(tick), WIDTH - 16.0, y.at(tick), "grid").text(LEFT - 6.0, y.at(tick) + 4, "end",
          Units.time(1e3 * tick).replace(".00", "").replace(".0", ""));
    for (var row : rows)
      svg.line(x.at(row.batch()), HEIGHT - BOTTOM, x.at(row.batch()), HEIGHT - BOTTOM + 4.0, "axis")
          .text(x.at(row.batch()), HEIGHT - BOTTOM + 17.0, "middle", String.valueOf(row.batch()));
    svg.line(LEFT, HEIGHT - BOTTOM, WIDTH - 16.0, HEIGHT - BOTTOM, "axis")
        .text((LEFT + WIDTH) / 2.0, HEIGHT - 6.0, "middle", "samples in a batch");
    for (int d = 0; d < devices.size(); d++) draw(svg, x, y, rows, devices.get(d), "d" + d % 6);
    return svg;
  }

  /** Which line is whose: by colour, by dashes, and in the order of the devices. */
  static String legend(List<String> devices) {
    var html = new StringBuilder("<div class=\"legend\">");
    for (int d = 0; d < devices.size(); d++)
      html.append("<span>").append(new Svg(34, 10, "").line(0, 5, 34, 5, "curve sd" + d % 6).dot(17, 5, 4,
          "d" + d % 6, "")).append(Page.escape(devices.get(d))).append("</span>");
    return html.append("</div>\n").toString();
  }

  private static void draw(Svg svg, Axis x, Axis y, List<Row> rows, String device, String style) {
    double lastX = Double.NaN;
    double lastY = Double.NaN;
    for (var row : rows) {
      var nanos = row.nanos(device);
      if (nanos.isEmpty()) continue;
      double here = nanos.get().median() / row.batch();
      double px = x.at(row.batch());
      double py = y.at(here / 1e3);
      if (!Double.isNaN(lastX)) svg.line(lastX, lastY, px, py, "curve s" + style);
      svg.dot(px, py, 4, style, device + ", batch " + row.batch() + ": " + Units.time(here) + " a sample, "
          + Units.time(nanos.get()) + " a batch");
      lastX = px;
      lastY = py;
    }
  }
}
