package io.jacquard.cli.bench;

import io.jacquard.cli.Page;
import io.jacquard.cli.bench.Workload.Group;
import java.util.List;
import java.util.Objects;

/**
 * A {@link BenchReport} as a web page of one file, with charts.
 *
 * <pre>{@code
 * AtomicFile.write(Path.of("bench.html"), BenchPage.of(report).bytes());
 * }</pre>
 */
public final class BenchPage {
  private BenchPage() {}

  public static Page of(BenchReport report) {
    var page = new Page("Jacquard on the devices of this machine", Page.resource("bench/bench.css"));
    var machine = report.machine();
    page.text(String.join(" · ", List.of(machine.getOrDefault("processor", ""),
        machine.getOrDefault("cores", "?") + " cores", machine.getOrDefault("memory", ""),
        "Jacquard " + machine.getOrDefault("Jacquard", ""), machine.getOrDefault("time", ""))));
    page.html(devices(report));
    var summary = Tables.summary(report);
    if (!summary.isEmpty()) page.html("<ul class=\"summary\">" + items(summary) + "</ul>");
    bars(page, report);
    batches(page, report);
    rooflines(page, report);
    peers(page, report);
    page.heading("How it was measured").html("<table class=\"facts card\">" + facts(report) + "</table>");
    return page;
  }

  private static String devices(BenchReport report) {
    var html = new StringBuilder("<div class=\"devices\">\n");
    int number = 0;
    for (var device : report.devices()) {
      html.append("<div class=\"card device\"><b>");
      if (device.takesPart()) html.append("<i class=\"d").append(number++ % 6).append("\"></i>");
      html.append(Page.escape(device.name())).append("</b> ").append(device.takesPart()
          ? Page.escape(device.description())
          : "<em>not measured: " + Page.escape(device.problem()) + "</em>").append("</div>\n");
    }
    return html.append("</div>\n").toString();
  }

  private static String items(List<String> lines) {
    var html = new StringBuilder();
    for (var line : lines) html.append("<li>").append(Page.escape(line)).append("</li>\n");
    return html.toString();
  }

  private static void bars(Page page, BenchReport report) {
    page.heading("Speed by workload")
        .text("The longer the bar, the faster; the fastest device has a full one. "
            + "The figure is the time of one, and twice the standard deviation.")
        .html("<div class=\"flow\">");
    for (var group : Group.values()) {
      var rows = report.rows().stream().filter(row -> row.group() == group).toList();
      if (!rows.isEmpty()) page.html(card(group.title(), BarChart.of(rows, report.names()), ""));
    }
    page.html("</div>");
  }

  private static void batches(Page page, BenchReport report) {
    var families = BatchChart.families(report);
    if (families.isEmpty()) return;
    page.heading("Time against batch size")
        .text("The time of one sample. A device with much to do for each call, as "
            + "a GPU has, pays from the batch size on at which its line is the lowest.")
        .html("<div class=\"grid\">");
    var legend = BatchChart.legend(report.names());
    families.forEach((family, rows) -> page.html(card(family,
        BatchChart.of(family, rows, report.names()) + legend,
        report.names().size() > 1 ? BatchChart.crossing(rows) : "")));
    page.html("</div>");
  }

  private static void rooflines(Page page, BenchReport report) {
    var names = report.names().stream().filter(device -> RooflineChart.isPossible(report, device)).toList();
    if (names.isEmpty()) return;
    page.heading("How near the limits")
        .text("The slope is how fast the device copies memory, the flat part the most "
            + "arithmetic that multiply-adds or matrix products showed; both were measured. A point on the line leaves "
            + "nothing to gain. Above the slope is what lies in caches; above the flat part are convolutions that take "
            + "fewer operations than are counted.")
        .html("<div class=\"grid\">");
    for (var device : names) {
      var rows = RooflineChart.shown(report, device);
      var list = new StringBuilder("<ol class=\"points\">");
      for (var row : rows) list.append("<li>").append(Page.escape(row.name())).append("</li>");
      page.html(card(device + ": copying " + Units.digits(report.bandwidth(device)) + " GB/s, arithmetic "
          + Units.digits(report.peak(device)) + " GFLOP/s",
          RooflineChart.of(report, device, "d" + report.names().indexOf(device) % 6)
              + list.append("</ol>").toString(),
          ""));
    }
    page.html("</div>");
  }

  private static String card(String title, String picture, String caption) {
    return "<section class=\"card\"><h3>" + Page.escape(title) + "</h3>\n" + picture
        + (caption.isEmpty() ? "" : "<p>" + Page.escape(caption) + "</p>") + "</section>\n";
  }

  private static void peers(Page page, BenchReport report) {
    if (report.peers().isEmpty()) return;
    var names = Tables.peerNames(report.peers());
    var html = new StringBuilder("<div class=\"card wide\"><table><tr><th>work</th><th>threads</th>");
    for (var name : names) html.append("<th>").append(Page.escape(name)).append("</th>");
    html.append("</tr>\n");
    for (var row : report.peers()) {
      html.append("<tr><td>").append(Page.escape(Objects.toString(row.get("work"), ""))).append("</td><td>")
          .append(Page.escape(Objects.toString(row.get("threads"), ""))).append("</td>");
      for (var name : names) html.append("<td>").append(Page.escape(Tables.peer(row, name))).append("</td>");
      html.append("</tr>\n");
    }
    page.heading("Beside other engines, on the CPU").html(html.append("</table></div>").toString());
  }

  private static String facts(BenchReport report) {
    var html = new StringBuilder();
    for (var part : List.of(report.machine(), report.method())) {
      part.forEach((name, value) -> html.append("<tr><th>").append(Page.escape(name)).append("</th><td>")
          .append(Page.escape(value)).append("</td></tr>\n"));
    }
    return html.toString();
  }
}
