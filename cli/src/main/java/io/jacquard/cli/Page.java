package io.jacquard.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

/**
 * A web page of one file: its style and its pictures are in it, and it fetches nothing.
 *
 * <pre>{@code
 * var page = new Page("What runs/mnist-cnn-001 sees in seven.png").heading("Where").picture(png, 140, "Grad-CAM");
 * AtomicFile.write(file, page.bytes());
 * }</pre>
 */
public final class Page {
  private final String title;
  /** Rules that come after those of all pages. */
  private final String style;
  private final StringBuilder body = new StringBuilder();

  Page(String title) {
    this(title, "");
  }

  /** @param style further rules, of CSS */
  public Page(String title, String style) {
    this.title = title;
    this.style = style;
  }

  /** What is HTML already, such as a picture drawn in SVG. */
  public Page html(String html) {
    body.append(html).append('\n');
    return this;
  }

  public static String resource(String name) {
    try (var in = Page.class.getResourceAsStream(name)) {
      if (in == null) throw new IllegalStateException("the resource " + name + " is missing");
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Text of any origin as text of a page. */
  public static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /** A picture as an address that holds it. */
  static String address(byte[] png) {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
  }

  public Page heading(String text) {
    body.append("<h2>").append(escape(text)).append("</h2>\n");
    return this;
  }

  public Page text(String text) {
    body.append("<p>").append(escape(text)).append("</p>\n");
    return this;
  }

  /** What follows, up to {@link #end}, stands side by side. */
  Page row() {
    body.append("<div class=\"row\">\n");
    return this;
  }

  Page end() {
    body.append("</div>\n");
    return this;
  }

  /** @param width in points of the screen, without padding and border; its own pixels stay squares */
  Page picture(byte[] png, int width, String title, String caption) {
    body.append("<figure class=\"card\" style=\"max-width:").append(Math.max(width, 168) + 26)
        .append("px\"><img alt=\"").append(escape(title)).append("\" width=\"").append(width)
        .append("\" src=\"").append(address(png)).append("\"><figcaption><b>").append(escape(title))
        .append("</b> ").append(escape(caption)).append("</figcaption></figure>\n");
    return this;
  }

  /** A line with a bar. */
  Page bar(String label, double share, String value) {
    body.append("<div class=\"bar\"><span>").append(escape(label)).append("</span><i style=\"width:")
        .append(String.format(Locale.ROOT, "%.1f", 100 * Math.clamp(share, 0.0, 1.0)))
        .append("%\"></i><span>")
        .append(escape(value)).append("</span></div>\n");
    return this;
  }

  Page bars() {
    body.append("<div class=\"bars card\">\n");
    return this;
  }

  public byte[] bytes() {
    var text = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        + "<meta name=\"viewport\" content=\"width=device-width\"><title>" + escape(title)
        + "</title><style>\n" + resource("page.css") + style + "</style></head>\n<body><main>\n<h1>"
        + escape(title)
        + "</h1>\n" + body + "</main></body></html>\n";
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
