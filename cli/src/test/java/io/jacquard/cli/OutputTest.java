package io.jacquard.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

class OutputTest {
  @Test
  void itIsUtf8UnlessATerminalHasAnotherCharset() {
    assertEquals(UTF_8, Output.charset(false, "ISO-8859-1"));
    assertEquals(UTF_8, Output.charset(true, "UTF-8"));
    assertEquals(UTF_8, Output.charset(true, "ANSI_X3.4-1968"), "no locale is set");
    assertEquals(UTF_8, Output.charset(true, null));
    assertEquals(UTF_8, Output.charset(true, "no-such-charset"));
    assertEquals(ISO_8859_1, Output.charset(true, "ISO-8859-1"));
  }

  @Test
  void signsThatACharsetLacksBecomeAscii() {
    var latin = new Captured(ISO_8859_1, false, 80);
    latin.output.line("a · ━━── ██ …");
    assertEquals("a · ==-- ## ?\n", latin.out());
    var ascii = new Captured(US_ASCII, false, 80);
    ascii.output.error("a · ━");
    assertEquals("a - =\n", ascii.err());
  }

  @Test
  void aLineGoesBelowWhatWasRewritten() {
    var live = new Captured(UTF_8, true, 80);
    live.output.rewrite("1");
    live.output.rewrite("2");
    live.output.line("done");
    live.output.line("more");
    assertEquals("\r1\u001b[K\r2\u001b[K\ndone\nmore\n", live.out());
  }

  @Test
  void linesAreRewrittenForPeopleOnly() {
    assertTrue(Output.mayRewrite(Map.of("TERM", "xterm")));
    assertTrue(Output.mayRewrite(Map.of("NO_COLOR", "")), "no-color.org: when not an empty string");
    assertFalse(Output.mayRewrite(Map.of("NO_COLOR", "1")));
    assertFalse(Output.mayRewrite(Map.of("CI", "true")));
    assertFalse(Output.mayRewrite(Map.of("TERM", "dumb")));
  }
}
