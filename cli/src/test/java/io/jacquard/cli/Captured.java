package io.jacquard.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** An {@link Output} whose texts can be read. */
final class Captured {
  private final ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
  private final ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
  private final Charset charset;
  final Output output;

  Captured() {
    this(StandardCharsets.UTF_8, false, 80);
  }

  Captured(Charset charset, boolean live, int width) {
    this.charset = charset;
    output = new Output(new PrintStream(outBytes, false, charset), new PrintStream(errBytes, false, charset),
        live,
        width);
  }

  /** Runs the program in this process. */
  int run(String... args) {
    return Main.run(output, args);
  }

  String out() {
    return outBytes.toString(charset).replace(System.lineSeparator(), "\n");
  }

  String err() {
    return errBytes.toString(charset).replace(System.lineSeparator(), "\n");
  }
}
