package io.jacquard.cli.bench;

import io.jacquard.cli.Page;
import java.util.Locale;

/**
 * A picture of lines and texts, as part of a page whose style gives the colours: {@code d0}, {@code d1} ... are those of
 * the devices.
 *
 * <pre>{@code
 * var picture = new Svg(300, 100, "bars").rect(0, 10, 120, 14, "d0", "cpu").text(126, 21, "", "57.9 us");
 * }</pre>
 */
final class Svg {
  private final StringBuilder inner = new StringBuilder();

  Svg(int width, int height, String title) {
    inner.append("<svg viewBox=\"0 0 ").append(width).append(' ').append(height)
        .append("\" role=\"img\" aria-label=\"").append(Page.escape(title)).append("\">\n");
  }

  Svg rect(double x, double y, double width, double height, String style, String tip) {
    return add(
        "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" rx=\"2\" class=\"%s\"><title>%s</title></rect>",
        x, y,
        width, height, style, tip);
  }

  Svg line(double x1, double y1, double x2, double y2, String style) {
    return add("<line x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\" class=\"%s\"/>", x1, y1, x2, y2, style);
  }

  Svg dot(double x, double y, double radius, String style, String tip) {
    return add("<circle cx=\"%s\" cy=\"%s\" r=\"%s\" class=\"%s\"><title>%s</title></circle>", x, y, radius,
        style,
        tip);
  }

  /** @param style may say where the text is anchored: {@code end}, {@code middle} */
  Svg text(double x, double y, String style, String text) {
    return add("<text x=\"%s\" y=\"%s\" class=\"%s\">%s</text>", x, y, style, text);
  }

  private Svg add(String format, Object... values) {
    for (int i = 0; i < values.length; i++)
      values[i] = values[i] instanceof Double d ? String.format(Locale.ROOT, "%.1f", d)
          : Page.escape(String.valueOf(values[i]));
    inner.append(String.format(Locale.ROOT, format, values)).append('\n');
    return this;
  }

  @Override
  public String toString() {
    return inner + "</svg>\n";
  }
}
