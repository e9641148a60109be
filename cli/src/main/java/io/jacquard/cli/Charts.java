package io.jacquard.cli;

import io.jacquard.io.AtomicFile;
import io.jacquard.train.Epoch;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws pictures of curves, without a screen. */
final class Charts {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 420;

  private Charts() {}

  /** A diagram for each value of the epochs, with that of the validation in the same one. */
  static void curves(Path file, String title, List<Epoch> epochs) {
    var names = epochs.getFirst().values().keySet().stream().filter(name -> !name.startsWith("val_"))
        .toList();
    var charts = new ArrayList<XYChart>();
    for (var name : names) {
      var lines = new LinkedHashMap<String, double[]>();
      for (var line : List.of(name, "val_" + name)) {
        if (epochs.stream().anyMatch(epoch -> epoch.values().containsKey(line))) {
          lines.put(line.equals(name) ? "training" : "validation",
              epochs.stream().mapToDouble(epoch -> epoch.values().getOrDefault(line, Double.NaN)).toArray());
        }
      }
      charts.add(chart(title + ": " + name, "epoch",
          epochs.stream().mapToDouble(Epoch::number).toArray(), lines));
    }
    write(file, charts);
  }

  /** Losses by learning rates, on a logarithmic axis. */
  static void rates(Path file, String title, double[] rates, double[] losses, double suggested) {
    var chart = chart(title, "learning rate", rates, Map.of("loss", losses));
    chart.getStyler().setXAxisLogarithmic(true);
    double[] ends = {min(losses), max(losses)};
    chart.addSeries("suggested", new double[]{suggested, suggested}, ends).setMarker(SeriesMarkers.NONE);
    write(file, List.of(chart));
  }

  /**
   * A point of a diagram.
   *
   * @param x NaN where there is no axis but the names of the lines
   * @param error by how much it varies; 0 if that is not known
   */
  record Point(double x, double y, double error) {}

  /** Means by learning rate, on a logarithmic axis; or, without rates, as bars. */
  static void sweep(Path file, String title, String value, Map<String, List<Point>> lines) {
    boolean rates = lines.values().stream().flatMap(List::stream).noneMatch(point -> Double.isNaN(point.x));
    if (!rates) {
      var names = List.copyOf(lines.keySet());
      var points = lines.values().stream().map(List::getFirst).toList();
      var chart = new CategoryChartBuilder().width(WIDTH).height(HEIGHT).title(title).yAxisTitle(value)
          .build();
      chart.getStyler().setLegendVisible(false);
      chart.addSeries(value, names, points.stream().map(Point::y).toList(),
          points.stream().map(Point::error).toList());
      write(file, List.of(chart));
      return;
    }
    var chart = new XYChartBuilder().width(WIDTH).height(HEIGHT).title(title).xAxisTitle("learning rate")
        .yAxisTitle(value).build();
    chart.getStyler().setXAxisLogarithmic(true).setLegendPosition(LegendPosition.InsideSE);
    lines.forEach((name, all) -> {
      var points = all.stream().filter(point -> Double.isFinite(point.y))
          .sorted(Comparator.comparingDouble(Point::x)).toList();
      if (points.isEmpty()) return;
      chart.addSeries(name, points.stream().mapToDouble(Point::x).toArray(),
          points.stream().mapToDouble(Point::y).toArray(),
          points.stream().mapToDouble(Point::error).toArray()).setMarker(SeriesMarkers.CIRCLE);
    });
    write(file, List.of(chart));
  }

  private static double min(double[] values) {
    return Arrays.stream(values).min().orElse(0);
  }

  private static double max(double[] values) {
    return Arrays.stream(values).max().orElse(0);
  }

  private static XYChart chart(String title, String axis, double[] x, Map<String, double[]> lines) {
    var chart = new XYChartBuilder().width(WIDTH).height(HEIGHT).title(title).xAxisTitle(axis).build();
    chart.getStyler().setLegendPosition(LegendPosition.InsideNE);
    lines.forEach((name, y) -> {
      // A point that is not finite cannot be drawn, and leaves no line with those beside it.
      var points = IntStream.range(0, y.length).filter(i -> Double.isFinite(y[i])).toArray();
      if (points.length == 0) return;
      var series = chart.addSeries(name, Arrays.stream(points).mapToDouble(i -> x[i]).toArray(),
          Arrays.stream(points).mapToDouble(i -> y[i]).toArray());
      series.setMarker(points.length > 30 ? SeriesMarkers.NONE : SeriesMarkers.CIRCLE);
    });
    return chart;
  }

  private static void write(Path file, List<? extends Chart<?, ?>> charts) {
    var image = new BufferedImage(WIDTH * charts.size(), HEIGHT, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < charts.size(); i++) {
      var graphics = (Graphics2D) image.createGraphics().create(i * WIDTH, 0, WIDTH, HEIGHT);
      charts.get(i).paint(graphics, WIDTH, HEIGHT);
      graphics.dispose();
    }
    var bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // there is none to memory
    }
    AtomicFile.write(file, bytes.toByteArray());
  }
}
