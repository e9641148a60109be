package io.jacquard.cli;

import io.jacquard.io.AtomicFile;
import io.jacquard.train.Epoch;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws pictures of curves, without a screen. */
final class Charts {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 420;
  private static final Font PLAIN = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
  /** Those of the pages. */
  private static final Color INK = new Color(0x1d2433);
  private static final Color SOFT = new Color(0x667085);
  private static final Color LINE = new Color(0xe3e7ee);
  private static final Color[] COLOURS = {new Color(0x2f6fde), new Color(0xe07b39), new Color(0x2b9a66),
      new Color(0x8a5bd6), new Color(0xc2435f), new Color(0x4c8aa3), new Color(0xb59b1f),
      new Color(0x7a7f8c)};

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
    chart.setYAxisTitle("loss");
    chart.getStyler().setXAxisLogarithmic(true).setXAxisTickLabelsFormattingFunction(Format::rate);
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

  /** Means with their spread: a line over the learning rates for each of the other options; without rates a dot for each. */
  static void sweep(Path file, String title, String value, Map<String, List<Point>> lines) {
    var rates = lines.values().stream().flatMap(List::stream).map(Point::x).filter(x -> !Double.isNaN(x))
        .sorted().distinct().toList();
    var chart = new CategoryChartBuilder().width(WIDTH).height(HEIGHT).title(title)
        .xAxisTitle(rates.isEmpty() ? "" : "learning rate").yAxisTitle(value).build();
    style(chart.getStyler());
    chart.getStyler().setDefaultSeriesRenderStyle(CategorySeriesRenderStyle.Line)
        .setLegendVisible(!rates.isEmpty());
    if (rates.isEmpty()) {
      var points = lines.values().stream().map(List::getFirst).toList();
      chart
          .addSeries(value, List.copyOf(lines.keySet()), values(points, Point::y),
              values(points, Point::error))
          .setChartCategorySeriesRenderStyle(CategorySeriesRenderStyle.Scatter)
          .setMarker(SeriesMarkers.CIRCLE);
      if (points.size() > 5) chart.getStyler().setXAxisLabelRotation(30);
    }
    lines.forEach((name, all) -> {
      if (rates.isEmpty()) return;
      var points = rates.stream().map(rate -> all.stream().filter(point -> point.x == rate).findFirst()
          .orElse(new Point(rate, Double.NaN, 0))).toList();
      if (points.stream().noneMatch(point -> Double.isFinite(point.y))) return;
      chart.addSeries(name, rates.stream().map(Format::plain).toList(), values(points, Point::y),
          values(points, Point::error)).setMarker(SeriesMarkers.CIRCLE);
    });
    write(file, List.of(chart));
  }

  /** What is not finite cannot be drawn, and is left out. */
  private static List<@Nullable Double> values(List<Point> points, ToDoubleFunction<Point> value) {
    var values = new ArrayList<@Nullable Double>();
    for (var point : points) {
      double is = value.applyAsDouble(point);
      values.add(Double.isFinite(point.y) && Double.isFinite(is) ? is : null);
    }
    return values;
  }

  /** White paper, thin lines, and the legend below, where it hides nothing. */
  private static void style(AxesChartStyler styler) {
    styler.setChartBackgroundColor(Color.WHITE).setPlotBorderColor(LINE).setChartFontColor(INK)
        .setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 15)).setSeriesColors(COLOURS)
        .setLegendPosition(LegendPosition.OutsideS).setLegendLayout(LegendLayout.Horizontal)
        .setLegendBorderColor(Color.WHITE).setLegendFont(PLAIN).setChartPadding(12);
    styler.setAxisTickLabelsFont(PLAIN).setAxisTitleFont(PLAIN).setAxisTickLabelsColor(SOFT)
        .setPlotGridLinesColor(LINE).setPlotGridLinesStroke(new BasicStroke(1)).setAxisTickMarksColor(LINE)
        .setErrorBarsColorSeriesColor(true);
  }

  private static double min(double[] values) {
    return Arrays.stream(values).min().orElse(0);
  }

  private static double max(double[] values) {
    return Arrays.stream(values).max().orElse(0);
  }

  private static XYChart chart(String title, String axis, double[] x, Map<String, double[]> lines) {
    var chart = new XYChartBuilder().width(WIDTH).height(HEIGHT).title(title).xAxisTitle(axis).build();
    style(chart.getStyler());
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
