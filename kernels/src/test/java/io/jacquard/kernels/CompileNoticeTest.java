package io.jacquard.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who waits for kernels hears so, and how far it is; who does not wait hears nothing. */
class CompileNoticeTest {
  private static final long MILLISECOND = 1_000_000;

  private static List<String> said(int kernels, long nanosEach) {
    var said = new ByteArrayOutputStream();
    var usual = System.err;
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      var notice = new CompileNotice("the GPU");
      for (int k = 0; k < kernels; k++) notice.compiled(nanosEach);
    } finally {
      System.setErr(usual);
    }
    return said.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void saysThatItCompilesAndHowFarItIs() {
    assertEquals(List.of("Compiling kernels for the GPU; they are kept for the next start ...",
        "Compiled 53 kernels so far, in 21 s.", "Compiled 103 kernels so far, in 41 s."),
        said(110, 400 * MILLISECOND));
  }

  @Test
  void isSilentWhereNobodyWaits() {
    assertEquals(List.of(), said(99, 10 * MILLISECOND));
  }
}
