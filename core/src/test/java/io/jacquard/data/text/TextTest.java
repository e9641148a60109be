package io.jacquard.data.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.data.DataLoader;
import io.jacquard.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Vocabularies, files of text, and windows of tokens. */
class TextTest {
  @TempDir
  Path folder;

  private static String refused(Runnable wrong) {
    var message = assertThrows(JacquardException.class, wrong::run).getMessage();
    assertTrue(message.endsWith("."), message);
    return message;
  }

  @Test
  void charactersAreNumberedInUnicodesOrder() {
    var v = Vocabulary.characters("banana 🍌 Été");
    assertEquals(8, v.size());
    assertArrayEquals(new int[]{2, 1, 3, 1, 3, 1}, v.encode("banana"));
    assertEquals("Été 🍌", v.decode(v.encode("Été 🍌")));
    var message = refused(() -> v.encode("ban!"));
    assertTrue(message.contains("'!' (U+0021) at place 3"), message);
    assertTrue(refused(() -> v.decode(8)).contains("no token 8, expected 0 to 7"));
  }

  @Test
  void bytesEncodeAnything() {
    var v = Vocabulary.bytes();
    assertEquals(256, v.size());
    assertArrayEquals(new int[]{195, 169}, v.encode("é"));
    assertEquals("né 🍌", v.decode(v.encode("né 🍌")));
    assertEquals("\ufffd", v.decode(195));
    assertTrue(refused(() -> v.decode(256)).contains("no token 256"));
  }

  @Test
  void wordsByFrequencyThenByLetters() {
    var v = Vocabulary.words("to be, or not to be: that isn't it", 4);
    assertEquals(5, v.size());
    assertEquals("be to , :", v.decode(1, 2, 3, 4));
    assertArrayEquals(new int[]{2, 1, 0}, v.encode("to be not"));
    assertEquals("<unk> isn't", Vocabulary.words("isn't", 9).decode(0, 1));
    assertTrue(refused(() -> Vocabulary.words("a", 0)).contains("most is 0"));
    assertTrue(refused(() -> Vocabulary.Words.of(List.of("<unk>", "a", "a"))).contains("'a' comes twice"));
    assertTrue(refused(() -> Vocabulary.Words.of(List.of("a"))).contains("<unk>"));
  }

  @Test
  void filesAreUtf8() throws IOException {
    var file = folder.resolve("a.txt");
    Files.write(file, "\ufeffnaïve 🍌".getBytes(StandardCharsets.UTF_8));
    assertEquals("naïve 🍌", TextFile.read(file));
    Files.write(file, new byte[]{'a', 'b', (byte) 0xe9, 'c'});
    assertTrue(refused(() -> TextFile.read(file)).contains("a.txt is not UTF-8: byte 2"));
    Files.write(file, new byte[]{'a', (byte) 0xc3});
    assertTrue(refused(() -> TextFile.read(file)).contains("byte 1"));
    Files.write(file, new byte[0]);
    assertTrue(refused(() -> TextFile.read(file)).contains("is empty"));
    assertTrue(refused(() -> TextFile.read(folder.resolve("b.txt"))).contains("no such file"));
    assertTrue(refused(() -> TextFile.read(folder)).contains("is a folder, expected a text"));
  }

  @Test
  void windowsSideBySide() {
    OnReference.run(() -> {
      var data = NextTokens.of(new int[]{0, 1, 2, 3, 4, 5, 6, 7}, 3);
      assertEquals(2, data.size());
      var batch = data.batch(Tensor.of(1, 0));
      assertEquals(Shape.of(2, 3), batch.x().shape());
      assertEquals(DType.INT64, batch.x().dtype());
      assertArrayEquals(new long[]{3, 4, 5, 0, 1, 2}, batch.x().toLongs());
      assertArrayEquals(new long[]{4, 5, 6, 1, 2, 3}, batch.y().toLongs());
    });
  }

  @Test
  void overlappingWindowsReachTheLastToken() {
    OnReference.run(() -> {
      for (int length = 1; length < 9; length++) {
        for (int step = 1; step < 5; step++) {
          var tokens = new int[]{10, 11, 12, 13, 14, 15, 16, 17, 18, 19};
          var data = NextTokens.overlapping(tokens, length, step);
          long seen = 0;
          for (var batch : DataLoader.inOrder(data, 4)) {
            var x = batch.x().toLongs();
            var y = batch.y().toLongs();
            for (int i = 0; i < x.length; i++) assertEquals(x[i] + 1, y[i]);
            for (int i = 0; i < batch.size(); i++) assertEquals(10 + step * seen++, x[i * length]);
          }
          assertEquals(data.size(), seen);
          long lastEnd = (data.size() - 1) * step + length; // its target's place
          assertTrue(lastEnd <= 9 && lastEnd + step > 9, "length " + length + ", step " + step);
        }
      }
    });
  }

  @Test
  void windowsThatCannotBe() {
    OnReference.run(() -> {
      assertTrue(refused(() -> NextTokens.of(new int[3], 3)).contains("3 tokens has no window of 3"));
      assertTrue(refused(() -> NextTokens.of(new int[3], 0)).contains("length 0"));
      assertTrue(refused(() -> NextTokens.overlapping(new int[3], 1, 0)).contains("step 0"));
    });
  }

  @Test
  void streamsGoOnFromBatchToBatch() {
    OnReference.run(() -> {
      var tokens = new int[]{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
      var streams = new TokenStreams(tokens, 2, 2); // two streams of six
      assertEquals(6, streams.size());
      var first = streams.batch(Tensor.of(0L, 1L));
      assertArrayEquals(new long[]{0, 1, 6, 7}, first.x().flatten().toLongs());
      assertArrayEquals(new long[]{1, 2, 7, 8}, first.y().flatten().toLongs());
      assertArrayEquals(new long[]{4, 5, 10, 11}, streams.batch(Tensor.of(4L, 5L)).x().flatten().toLongs());
      assertArrayEquals(new long[]{11, 12}, streams.batch(Tensor.of(new int[]{5})).y().flatten().toLongs());
      var e = assertThrows(JacquardException.class, () -> new TokenStreams(tokens, 7, 2));
      assertTrue(e.getMessage().contains("13 tokens in 2 streams"), e.getMessage());
      assertThrows(JacquardException.class, () -> new TokenStreams(tokens, 0, 2));
    });
  }
}
