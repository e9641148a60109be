package io.jacquard.opencl;

import io.jacquard.Counted;
import io.jacquard.hostile.Hostile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code jacquard tune} keeps, damaged or made to harm: it is read, or refused as {@link Hostile} says. */
class HostileTilesTest {
  private static final String CURE = "Delete the file, or run 'jacquard tune' again.";
  private static final byte[] GOOD = """
      # How jacquard multiplies float32 matrices on this device, found by 'jacquard tune'.
      large = shared 16 16 8 8 16 4 4 4
      medium = direct 2 1 8 32 1 1 1 0
      convolution = shared 16 8 4 4 16 1 1 1
      """.getBytes(StandardCharsets.UTF_8);

  @TempDir
  private Path folder;
  private int refused;

  private void refused(String what, Path file, String said) {
    Hostile.requireRefused(what, file, said, TileStore::read);
    Hostile.requireRefused(what, file, CURE, TileStore::read);
    refused++;
  }

  private void refused(String what, byte[] bytes, String said) throws IOException {
    refused(what, Files.write(folder.resolve("tiles.txt"), bytes), said);
  }

  @Test
  void madeByHand() throws IOException {
    refused("empty", new byte[0], "is empty");
    refused("a picture", new byte[]{(byte) 0x89, 'P', 'N', 'G', (byte) 0xff}, "is not UTF-8");
    refused("a long line", "x".repeat(60_000).getBytes(StandardCharsets.US_ASCII), "is no tile");
    refused("many numbers", ("large = shared" + " 1".repeat(30_000)).getBytes(StandardCharsets.US_ASCII),
        "is no tile");
    refused("registers without end", "large = direct 1 1 256 256 1 1 1 0".getBytes(StandardCharsets.US_ASCII),
        "is no tile");
    refused("a megabyte of comments", "#\n".repeat(1 << 19).getBytes(StandardCharsets.US_ASCII),
        "expected 65536 at most");
    refused("a terabyte that takes no room", Hostile.makeHuge(folder.resolve("huge")),
        "expected 65536 at most");
    refused("a folder", folder, "is a folder");
    if (Files.isReadable(Path.of("/dev/zero"))) refused("zeros without end", Path.of("/dev/zero"), "");
    Counted.say(refused + " hostile files of tiles made by hand, each refused within a second.");
  }

  private String change(int times) throws IOException {
    var file = folder.resolve("changed");
    int read = Hostile.readOfChanged(GOOD, times, file, what -> Hostile.reads(what, file, TileStore::read));
    return times + " changed files of tiles, refused within a second or read: " + read + " read.";
  }

  @Test
  void twoThousandChangedFiles() throws IOException {
    Counted.say(change(2_000));
  }

  @Test
  @Tag("full")
  void fiftyThousandChangedFiles() throws IOException {
    Counted.say(change(50_000));
  }
}
