package io.jacquard.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Where results and errors go: results to stdout, errors to stderr. Text may hold the signs of tables and bars; those
 * that the reader's charset lacks are replaced by ASCII.
 *
 * <pre>{@code
 * output.line("Test: accuracy 0.9781 · loss 0.0724");
 * output.rewrite("512/1688 ━━━━────");      // over the last rewritten line; on a live terminal only
 * }</pre>
 */
final class Output {
  private static final int DEFAULT_WIDTH = 80;
  private static final String CLEAR_TO_END = "\u001b[K";

  private final PrintStream out;
  private final PrintStream err;
  private final CharsetEncoder encoder;
  private final boolean live;
  private final int width;
  /** Whether the cursor stands behind a rewritten line. */
  private boolean rewriting;

  /**
   * @param live whether lines can be rewritten: a person is looking at a terminal
   * @param width columns of the terminal
   */
  Output(PrintStream out, PrintStream err, boolean live, int width) {
    this.out = out;
    this.err = err;
    encoder = out.charset().newEncoder();
    this.live = live;
    this.width = width;
  }

  /** The process's own stdout and stderr. */
  static Output system() {
    var environment = System.getenv();
    boolean terminal = System.console() != null && System.console().isTerminal();
    var charset = charset(terminal, System.getProperty("stdout.encoding"));
    return new Output(stream(FileDescriptor.out, charset), stream(FileDescriptor.err, charset),
        terminal && mayRewrite(environment), terminal ? terminalWidth(environment) : DEFAULT_WIDTH);
  }

  private static PrintStream stream(FileDescriptor descriptor, Charset charset) {
    return new PrintStream(new FileOutputStream(descriptor), false, charset);
  }

  /**
   * UTF-8 whatever the locale: files and pipes are UTF-8 today, and where no locale is set (ASCII, it seems then) the
   * terminal shows it nevertheless. Only a terminal that really has another charset gets that.
   */
  static Charset charset(boolean terminal, String native_) {
    if (!terminal || native_ == null || !Charset.isSupported(native_)) return StandardCharsets.UTF_8;
    var charset = Charset.forName(native_);
    return charset.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : charset;
  }

  /** Not where a machine reads, or a person has asked for plain text (https://no-color.org). */
  static boolean mayRewrite(Map<String, String> environment) {
    return !isSet(environment, "CI") && !isSet(environment, "NO_COLOR")
        && !"dumb".equals(environment.get("TERM"));
  }

  private static boolean isSet(Map<String, String> environment, String name) {
    return !environment.getOrDefault(name, "").isEmpty();
  }

  /** From COLUMNS, or else from stty, which asks the terminal. */
  private static int terminalWidth(Map<String, String> environment) {
    var columns = environment.getOrDefault("COLUMNS", "");
    try {
      if (columns.isEmpty()) {
        var stty = new ProcessBuilder("stty", "size").redirectInput(ProcessBuilder.Redirect.INHERIT)
            .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        if (!stty.waitFor(1, TimeUnit.SECONDS)) stty.destroy();
        var size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        columns = size.substring(size.indexOf(' ') + 1);
      }
      int width = Integer.parseInt(columns.strip());
      return width > 0 ? width : DEFAULT_WIDTH;
    } catch (IOException | NumberFormatException _) {
      return DEFAULT_WIDTH; // no stty, or a terminal that does not know its width
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return DEFAULT_WIDTH;
    }
  }

  boolean live() {
    return live;
  }

  int width() {
    return width;
  }

  /** Prints a line, or several, of results. */
  void line(String text) {
    endRewriting();
    out.println(encodable(text));
    out.flush();
  }

  /** Prints a piece of a line, at once. */
  void text(String text) {
    endRewriting();
    out.print(encodable(text));
    out.flush();
  }

  /** Replaces what was rewritten last; the next line comes below. */
  void rewrite(String text) {
    rewriting = true;
    out.print("\r" + encodable(text) + CLEAR_TO_END);
    out.flush();
  }

  /** Prints a line, or several, for when something is wrong. */
  void error(String text) {
    endRewriting();
    err.println(encodable(text));
    err.flush();
  }

  private void endRewriting() {
    if (rewriting) out.println();
    rewriting = false;
    out.flush();
  }

  /** For help texts. */
  PrintWriter writer() {
    return new PrintWriter(out, true);
  }

  private String encodable(String text) {
    if (encoder.canEncode(text)) return text;
    var fit = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      fit.append(encoder.canEncode(c) ? c : ascii(c));
    }
    return fit.toString();
  }

  private static char ascii(char sign) {
    return switch (sign) {
      case '·', '─' -> '-';
      case '━' -> '=';
      case '█' -> '#';
      case '▁', '▂' -> '_';
      case '▃', '▄', '▅' -> '-';
      case '▆', '▇' -> '=';
      default -> '?';
    };
  }
}
