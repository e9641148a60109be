package io.jacquard.hostile;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.Counted;
import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.data.DigitImage;
import io.jacquard.data.Idx;
import io.jacquard.data.csv.Table;
import io.jacquard.data.csv.TableEncoder;
import io.jacquard.data.image.ImageFile;
import io.jacquard.data.text.TextFile;
import io.jacquard.io.ModelFile;
import io.jacquard.io.Npy;
import io.jacquard.io.Safetensors;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Sequential;
import io.jacquard.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Good files of every kind with a few changes at random, from fixed seeds: each is read, or refused as {@link Hostile} says. */
class ChangedFilesTest {
  private static final String TABLE = """
      day,"size, in m2",street,garden,price
      2024-02-29,81.5,"Long \""Lane\""",yes,250000
      2024-12-31T23:59:59Z,64,High Street,no,1.9e5
      ,?,,TRUE,3
      """;

  /** A reader, good files for it, and what makes a changed one pass its first checks. */
  private record Reader(Consumer<Path> read, List<byte[]> good, UnaryOperator<byte[]> mend) {}

  private final Map<String, Reader> readers = new LinkedHashMap<>();

  @TempDir
  private Path folder;

  private void reader(String name, Consumer<Path> read, byte[]... good) {
    readers.put(name, new Reader(read, List.of(good), bytes -> bytes));
  }

  @BeforeEach
  void findReaders() throws IOException {
    var idx = Pictures.join(new byte[]{0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 5}, new byte[60]);
    reader("IDX", Idx::read, idx);
    reader("IDX, gzip", Idx::read, gzip(idx));
    reader("CSV", Table::read, TABLE.getBytes(StandardCharsets.UTF_8),
        TABLE.getBytes(StandardCharsets.UTF_16));
    reader("text", TextFile::read, "Ein süßes Lied, 歌, \uD83C\uDFB5".getBytes(StandardCharsets.UTF_8));
    var pngs = new byte[][]{Pictures.encoded(BufferedImage.TYPE_INT_RGB, "png"),
        Pictures.encoded(BufferedImage.TYPE_BYTE_INDEXED, "png"),
        Pictures.encoded(BufferedImage.TYPE_INT_ARGB, "png")};
    readers.put("PNG", new Reader(path -> ImageFile.read(path, false), List.of(pngs), Pictures::summed));
    readers.put("PNG of a digit", new Reader(DigitImage::read, List.of(pngs), Pictures::summed));
    reader("JPEG", path -> ImageFile.read(path, false), Pictures.encoded(BufferedImage.TYPE_INT_RGB, "jpeg"),
        Pictures.encoded(BufferedImage.TYPE_BYTE_GRAY, "jpeg"));
    reader("GIF", path -> ImageFile.read(path, true),
        Pictures.encoded(BufferedImage.TYPE_BYTE_INDEXED, "gif"));
    reader("BMP", path -> ImageFile.read(path, true), Pictures.encoded(BufferedImage.TYPE_INT_RGB, "bmp"),
        Pictures.encoded(BufferedImage.TYPE_BYTE_INDEXED, "bmp"));
    tensors();
    var table = Table.read(Files.writeString(folder.resolve("table.csv"), TABLE));
    reader("encoder", path -> TableEncoder.fromJson(TextFile.read(path)),
        TableEncoder.of("price").fit(table).toJson().getBytes(StandardCharsets.UTF_8),
        TableEncoder.of("street").fit(table.withValue("street")).toJson().getBytes(StandardCharsets.UTF_8));
  }

  private void tensors() throws IOException {
    var file = folder.resolve("good");
    var npys = new ArrayList<byte[]>();
    var model = new byte[1][];
    OnReference.run(() -> {
      try {
        for (var tensor : List.of(Tensor.arange(6).reshape(2, 3), Tensor.of(1.5f),
            Tensor.full(Shape.of(3), DType.BOOL, 1))) {
          Npy.write(file, tensor);
          npys.add(Files.readAllBytes(file));
        }
        ModelFile.save(network(), file, Map.of("model", "mlp", "text", "ä"));
        model[0] = Files.readAllBytes(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
    reader("npy", path -> OnReference.run(() -> Npy.read(path)), npys.toArray(byte[][]::new));
    reader("safetensors", path -> {
      try (var arena = Arena.ofConfined()) {
        Safetensors.read(path, arena);
      }
    }, model);
    reader("model", path -> OnReference.run(() -> ModelFile.load(network(), path)), model);
    SavedTraining.save(file);
    var checkpoint = Files.readAllBytes(file);
    readers.put("checkpoint",
        new Reader(SavedTraining::goOn, List.of(checkpoint), ChangedFilesTest::withChecksum));
  }

  private static Sequential network() {
    return Sequential.of(new Linear(2, 3), new Linear(3, 2));
  }

  /** As long as it is a safetensors file at all. */
  private static byte[] withChecksum(byte[] checkpoint) {
    try {
      return SavedTraining.summed(checkpoint);
    } catch (JacquardException _) {
      return checkpoint;
    }
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  /** Into a file that stays open, since opening one anew to write is what would take the time. */
  private static void write(RandomAccessFile file, byte[] bytes) throws IOException {
    file.setLength(0);
    file.seek(0);
    file.write(bytes);
  }

  /** Changes files so often for each reader; says how many of them were read. */
  private String change(int times) throws IOException {
    var file = folder.resolve("changed");
    var counts = new LinkedHashMap<String, String>();
    for (var entry : readers.entrySet()) {
      var reader = entry.getValue();
      for (var good : reader.good) {
        Files.write(file, good);
        assertTrue(Hostile.reads(entry.getKey(), file, reader.read),
            entry.getKey() + ": a good file is read");
      }
      int read = 0;
      try (var open = new RandomAccessFile(file.toFile(), "rw")) {
        for (int i = 0; i < times; i++) {
          var random = new Random(i);
          var bytes = Hostile.changed(reader.good.get(i % reader.good.size()), random);
          write(open, i % 4 == 0 ? bytes : reader.mend.apply(bytes));
          if (Hostile.reads(entry.getKey() + ", seed " + i, file, reader.read)) read++;
        }
      }
      assertTrue(read < times, entry.getKey() + ": all were read");
      counts.put(entry.getKey(), read + " read");
    }
    return times + " changed files for each of " + readers.size()
        + " readers, refused within a second or read: "
        + counts.toString().replaceAll("[{}]", "").replace('=', ' ') + ".";
  }

  @Test
  void aCheckpointWithAnotherNumberAndTheRightSumIsRead() throws IOException {
    var file = folder.resolve("another");
    boolean read = false;
    for (int bit = 0; bit < 8 && !read; bit++) { // until a checksum has as many digits as the one before
      var bytes = readers.get("checkpoint").good.getFirst().clone();
      bytes[bytes.length - 4] ^= (byte) (1 << bit); // of the last of its float32 numbers
      Files.write(file, bytes);
      assertFalse(Hostile.reads("not mended", file, SavedTraining::goOn));
      Files.write(file, withChecksum(bytes));
      read = Hostile.reads("mended", file, SavedTraining::goOn);
    }
    assertTrue(read);
  }

  @Test
  @Timeout(300)
  void twoThousandChangedFilesAReader() throws IOException {
    Counted.say(change(2_000));
  }

  @Test
  @Tag("full")
  void fiftyThousandChangedFilesAReader() throws IOException {
    Counted.say(change(50_000));
  }
}
