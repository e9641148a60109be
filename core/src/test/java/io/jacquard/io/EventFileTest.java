package io.jacquard.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.tensor.Tensor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an independent reader finds in event files. */
class EventFileTest {
  @TempDir
  private Path folder;

  @Test
  void theReadersChecksumIsTheStandards() {
    // The check value of CRC-32C, and the mask of TensorFlow's crc32c.h applied to it.
    assertEquals(0xe3069283, EventReader.crc32c("123456789".getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void scalarsWithTheirSteps() throws IOException {
    var events = EventFile.in(folder.resolve("a/b"));
    events.write(1, List.of(EventFile.scalar("loss", 0.25), EventFile.scalar("größe", Double.NaN)));
    events.write(300, List.of(EventFile.scalar("loss", -1e-3)));
    var read = EventReader.only(folder.resolve("a/b"));
    assertEquals(3, read.size());
    assertEquals("brain.Event:2", read.getFirst().text(3));
    double now = System.currentTimeMillis() * 1e-3;
    assertEquals(now, read.getFirst().float64(1), 100);
    var values = read.get(1).message(5).messages(1);
    assertEquals(1, read.get(1).integer(2));
    assertEquals("loss", values.get(0).text(1));
    assertEquals(0.25f, values.get(0).float32(2));
    assertEquals("größe", values.get(1).text(1));
    assertTrue(Float.isNaN(values.get(1).float32(2)));
    assertEquals(300, read.get(2).integer(2));
    assertEquals(-1e-3f, read.get(2).message(5).message(1).float32(2));
    try (var files = Files.list(folder.resolve("a/b"))) {
      assertTrue(
          files.allMatch(f -> f.getFileName().toString().matches("events\\.out\\.tfevents\\.\\d{10}\\..+")));
    }
  }

  @Test
  void histogramsCountEveryFiniteValue() throws IOException {
    var values = new double[]{-3, -3, 0, 1, 2, 3, Double.NaN, Double.POSITIVE_INFINITY};
    EventFile.in(folder).write(2,
        List.of(EventFile.histogram("w", values), EventFile.histogram("same", new double[]{5, 5}),
            EventFile.histogram("none", new double[0])));
    var all = EventReader.only(folder).get(1).message(5).messages(1);
    var w = all.get(0).message(5);
    assertEquals(-3, w.float64(1));
    assertEquals(3, w.float64(2));
    assertEquals(6, w.float64(3));
    assertEquals(0, w.float64(4));
    assertEquals(9 + 9 + 0 + 1 + 4 + 9, w.float64(5));
    var limits = w.float64s(6);
    var counts = w.float64s(7);
    assertEquals(limits.length, counts.length);
    assertEquals(3, limits[limits.length - 1]);
    assertEquals(6, Arrays.stream(counts).sum());
    assertEquals(2, counts[0]);
    for (int i = 1; i < limits.length; i++) assertTrue(limits[i] > limits[i - 1]);
    assertArrayEquals(new double[]{2}, all.get(1).message(5).float64s(7));
    assertArrayEquals(new double[]{0}, all.get(2).message(5).float64s(7));
  }

  @Test
  void picturesArePngs() {
    OnReference.run(() -> {
      try {
        var red = Tensor.of(new float[]{1, 0.5f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2}, Shape.of(3, 2, 2));
        EventFile.in(folder).write(1,
            List.of(EventFile.image("red", red), EventFile.image("grey", Tensor.ones(1, 1, 3))));
        var values = EventReader.only(folder).get(1).message(5).messages(1);
        var image = values.get(0).message(4);
        assertEquals(2, image.integer(1));
        assertEquals(2, image.integer(2));
        assertEquals(3, image.integer(3));
        var png = ImageIO.read(new ByteArrayInputStream(image.bytes(4)));
        assertEquals(0xff0000, png.getRGB(0, 0) & 0xffffff);
        assertEquals(0x800000, png.getRGB(1, 0) & 0xffffff);
        assertEquals(0x0000ff, png.getRGB(1, 1) & 0xffffff);
        var grey = ImageIO.read(new ByteArrayInputStream(values.get(1).message(4).bytes(4)));
        assertEquals(3, grey.getWidth());
        assertEquals(255, grey.getRaster().getSample(2, 0, 0));
        var error = assertThrows(JacquardException.class, () -> EventFile.image("two", Tensor.ones(2, 1, 3)));
        assertTrue(error.getMessage().contains("expected [1, H, W] or [3, H, W]"), error.getMessage());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
  }

  @Test
  void aFolderThatCannotBeIsSaid() throws IOException {
    var file = Files.writeString(folder.resolve("file"), "");
    var error = assertThrows(JacquardException.class,
        () -> EventFile.in(file.resolve("logs")).write(1, List.of(EventFile.scalar("loss", 1))));
    assertTrue(error.getMessage().contains("cannot be written"), error.getMessage());
  }
}
