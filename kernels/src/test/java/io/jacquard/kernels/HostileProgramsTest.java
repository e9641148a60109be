package io.jacquard.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.Counted;
import io.jacquard.OwnCache;
import io.jacquard.hostile.Hostile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Files in the cache of compiled programs that are damaged or made to harm: none is handed on, all are made anew. */
class HostileProgramsTest extends OwnCache {
  private static final byte[] BINARY = new byte[400];

  private ProgramCache programs;
  private Path file;
  private byte[] good;
  private int hostile;

  static {
    new Random(7).nextBytes(BINARY);
  }

  @BeforeEach
  void keepOne() throws IOException {
    programs = new ProgramCache("programs", "maker");
    programs.store(programs.key("source"), BINARY);
    file = programs.folder().resolve(programs.key("source") + ".bin");
    good = Files.readAllBytes(file);
  }

  /** What is loaded in place of a file; null for nothing. */
  private byte[] load(String what) {
    var loaded = new byte[1][];
    Hostile.requireCheap(what, file, _ -> loaded[0] = programs.load(programs.key("source")));
    return loaded[0];
  }

  private void passedOver(String what) {
    assertEquals(null, load(what), what);
    programs.store(programs.key("source"), BINARY);
    if (!Files.isDirectory(file)) assertArrayEquals(BINARY, load(what + ", made anew"));
    hostile++;
  }

  private void passedOver(String what, byte[] bytes) throws IOException {
    Files.write(file, bytes);
    passedOver(what);
  }

  private byte[] edited(int at, int value) {
    var bytes = good.clone();
    bytes[at] = (byte) value;
    return bytes;
  }

  @Test
  void madeByHand() throws Exception {
    var said = new ByteArrayOutputStream();
    var usual = System.err;
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      passedOver("empty", new byte[0]);
      passedOver("the head alone", Arrays.copyOf(good, 51));
      passedOver("without its last byte", Arrays.copyOf(good, good.length - 1));
      passedOver("with a byte more", Arrays.copyOf(good, good.length + 1));
      passedOver("another version", edited(17, '2'));
      passedOver("another sum", edited(19, good[19] + 1));
      passedOver("another program under the old sum", edited(good.length - 1, good[good.length - 1] + 1));
      passedOver("zeros", new byte[4096]);
      passedOver("a shell script", "#!/bin/sh\nrm -rf ~\n".getBytes(StandardCharsets.US_ASCII));
      Hostile.makeHuge(file);
      passedOver("a terabyte that takes no room");
      Files.delete(file);
      Files.createSymbolicLink(file, cache.resolve("nowhere"));
      passedOver("a link to nowhere");
      if (Files.isReadable(Path.of("/dev/zero"))) {
        Files.delete(file);
        Files.createSymbolicLink(file, Path.of("/dev/zero"));
        passedOver("a link to zeros without end");
      }
      Files.delete(file);
      if (new ProcessBuilder("mkfifo", file.toString()).start().waitFor() == 0) {
        passedOver("a pipe that nobody writes to");
        Files.delete(file);
      }
      Files.createDirectories(file.resolve("inner"));
      passedOver("a folder");
    } finally {
      System.setErr(usual);
    }
    var text = said.toString(StandardCharsets.UTF_8);
    assertTrue(text.startsWith("jacquard: " + file + " is not a compiled program as it was kept."), text);
    assertEquals(1, text.lines().count(), "it is said once");
    Counted.say(hostile + " hostile files in the place of a compiled program: none was handed on.");
  }

  private String change(int times) throws IOException {
    int whole = Hostile.readOfChanged(good, times, file, what -> {
      var loaded = load(what);
      if (loaded != null) assertArrayEquals(BINARY, loaded, what);
      return loaded != null;
    });
    assertTrue(whole < times / 2, whole + " were whole");
    return times + " changed files in the place of a compiled program: only the " + whole
        + " that had come out unchanged were handed on.";
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
