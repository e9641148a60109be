package io.jacquard.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How near a device's workloads come to what it can do: arithmetic, or, left of the roof's edge, copying memory (Williams,
 * Waterman, Patterson: Roofline, CACM 2009). Both limits are measured.
 */
final class RooflineChart {
  private static final int WIDTH = 400;
  private static final int HEIGHT = 330;
  private static final int LEFT = 60;
  private static final int RIGHT = WIDTH - 20;
  private static final int BOTTOM = HEIGHT - 44;
  /** Above it stands the unit. */
  private static final int TOP = 32;
  private static final double MARK = 9;

  private record Point(Row row, double x, double y, double[] mark) {}

  private RooflineChart() {}

  /** The workloads whose operations and bytes are counted, in the order of their numbers in the chart. */
  static List<Row> shown(BenchReport report, String device) {
    return report.rows().stream()
        .filter(row -> row.flops() > 0 && row.bytes() > 0 && row.nanos(device).isPresent()).toList();
  }

  /** False where limits or points are missing. */
  static boolean isPossible(BenchReport report, String device) {
    return !Double.isNaN(report.bandwidth(device)) && !Double.isNaN(report.peak(device))
        && shown(report, device).size() > 1;
  }

  static Svg of(BenchReport report, String device, String style) {
    var rows = shown(report, device);
    double peak = report.peak(device);
    double bandwidth = report.bandwidth(device);
    double edge = peak / bandwidth;
    var intensities = new ArrayList<>(rows.stream().map(row -> row.flops() / row.bytes()).toList());
    intensities.add(edge);
    var rates = new ArrayList<>(rows.stream().map(row -> row.gflops(device)).toList());
    rates.add(peak * 1.5);
    var x = Axis.around(intensities, 10, LEFT, RIGHT);
    var y = Axis.around(rates, 10, BOTTOM, TOP);
    var svg = new Svg(WIDTH, HEIGHT, "roofline of " + device);
    for (double tick : y.ticks(10, 6))
      svg.line(LEFT, y.at(tick), RIGHT, y.at(tick), "grid").text(LEFT - 6.0, y.at(tick) + 4, "end",
          plain(tick));
    for (double tick : x.ticks(10, 8))
      svg.line(x.at(tick), TOP, x.at(tick), BOTTOM, "grid").text(x.at(tick), BOTTOM + 17.0, "middle",
          plain(tick));
    svg.text((LEFT + RIGHT) / 2.0, HEIGHT - 8.0, "middle", "operations for each byte that must move")
        .text(LEFT, 20, "", "GFLOP/s");
    double from = Math.max(x.low(), y.low() / bandwidth);
    svg.line(x.at(from), y.at(from * bandwidth), x.at(edge), y.at(peak), "curve s" + style)
        .line(x.at(edge), y.at(peak), RIGHT, y.at(peak), "curve s" + style);
    for (var point : points(rows, device, x, y)) {
      var tip = point.row.name() + ": " + Units.digits(point.row.gflops(device)) + " GFLOP/s";
      svg.line(point.x, point.y, point.mark[0], point.mark[1], "lead").dot(point.x, point.y, 3, style, tip)
          .dot(point.mark[0], point.mark[1], MARK, "mark", tip)
          .text(point.mark[0], point.mark[1] + 3.5, "middle small",
              String.valueOf(rows.indexOf(point.row) + 1));
    }
    return svg;
  }

  /** Each mark near its point, at a place where no other is. */
  private static List<Point> points(List<Row> rows, String device, Axis x, Axis y) {
    var points = new ArrayList<Point>();
    for (var row : rows) {
      double px = x.at(row.flops() / row.bytes());
      double py = y.at(row.gflops(device));
      points.add(new Point(row, px, py, new double[]{px, py}));
    }
    for (int i = 0; i < points.size(); i++) place(points, i);
    return points;
  }

  private static void place(List<Point> points, int number) {
    var point = points.get(number);
    for (double distance = 15; distance < 200; distance += 5) {
      for (int turn = 0; turn < 12; turn++) {
        double angle = Math.PI / 2 - turn * Math.PI / 6; // first below
        double mx = point.x + distance * Math.cos(angle);
        double my = point.y + distance * Math.sin(angle);
        if (mx < LEFT + MARK || mx > RIGHT - MARK || my < TOP + MARK || my > BOTTOM - MARK) continue;
        boolean free = true;
        for (int i = 0; i < points.size() && free; i++) {
          var other = points.get(i);
          free = Math.hypot(other.x - mx, other.y - my) > MARK + 4
              && (i >= number || Math.hypot(other.mark[0] - mx, other.mark[1] - my) > 2 * MARK + 1);
        }
        if (!free) continue;
        point.mark[0] = mx;
        point.mark[1] = my;
        return;
      }
    }
  }

  private static String plain(double tick) {
    return tick >= 1 ? String.format(Locale.ROOT, "%,.0f", tick)
        : String.valueOf(Math.round(tick * 1e4) / 1e4);
  }
}
