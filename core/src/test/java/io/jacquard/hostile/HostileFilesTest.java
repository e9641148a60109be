package io.jacquard.hostile;

import static io.jacquard.hostile.Pictures.IEND;
import static io.jacquard.hostile.Pictures.bmp;
import static io.jacquard.hostile.Pictures.chunk;
import static io.jacquard.hostile.Pictures.gif;
import static io.jacquard.hostile.Pictures.gifImage;
import static io.jacquard.hostile.Pictures.jpeg;
import static io.jacquard.hostile.Pictures.join;
import static io.jacquard.hostile.Pictures.png;
import static io.jacquard.hostile.Pictures.zeros;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.Counted;
import io.jacquard.OnReference;
import io.jacquard.data.DigitImage;
import io.jacquard.data.Idx;
import io.jacquard.data.MnistFiles;
import io.jacquard.data.csv.Table;
import io.jacquard.data.csv.TableEncoder;
import io.jacquard.data.image.ImageFile;
import io.jacquard.data.text.TextFile;
import io.jacquard.io.ModelFile;
import io.jacquard.io.Npy;
import io.jacquard.io.Safetensors;
import io.jacquard.io.TensorFile;
import io.jacquard.models.Gpt;
import io.jacquard.nn.Linear;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files made by hand to mislead each of the readers, or to exhaust the machine: see {@link Hostile}. */
@Timeout(120)
class HostileFilesTest {
  private static final Map<String, Integer> COUNTS = new LinkedHashMap<>();

  @TempDir
  private Path folder;

  @AfterAll
  static void tell() {
    Counted.say(COUNTS.values().stream().mapToInt(Integer::intValue).sum()
        + " hostile files made by hand, each refused within a second: "
        + COUNTS.toString().replaceAll("[{}]", "").replace('=', ' ') + ".");
  }

  private void refused(String reader, Consumer<Path> read, String what, Path file, String said) {
    Hostile.requireRefused(reader + ": " + what, file, said, read);
    COUNTS.merge(reader, 1, Integer::sum);
  }

  private void refused(String reader, Consumer<Path> read, String what, byte[] bytes, String said) {
    try {
      refused(reader, read, what, Files.write(folder.resolve("hostile"), bytes), said);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void refused(String reader, Consumer<Path> read, String what, String text, String said) {
    refused(reader, read, what, text.getBytes(StandardCharsets.UTF_8), said);
  }

  /** A file that begins with some bytes, claims to be long, and takes no room on the disk. */
  private Path sparse(byte[] start, long size) throws IOException {
    var path = folder.resolve("sparse");
    Files.write(path, start);
    try (var file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(size);
    }
    return path;
  }

  private static byte[] gzip(byte[] start, byte[] block, int blocks) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes) {
      {
        def.setLevel(Deflater.BEST_SPEED);
      }
    }) {
      out.write(start);
      for (int i = 0; i < blocks; i++) out.write(block);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] idx(int... sizes) {
    var header = ByteBuffer.allocate(4 + 4 * sizes.length).putInt(0x0800 + sizes.length);
    for (int size : sizes) header.putInt(size);
    return header.array();
  }

  @Test
  void arrays() throws IOException {
    Consumer<Path> read = Idx::read;
    refused("IDX", read, "empty", new byte[0], "it is empty");
    refused("IDX", read, "5 TB", idx(1 << 20, 1 << 20, 5), "but only 0 follow");
    refused("IDX", read, "255 dimensions of 4 billion", join(new byte[]{0, 0, 8, (byte) 255}, ones(4 * 255)),
        "more bytes than 63 bits");
    refused("IDX", read, "a gigabyte of nothing", sparse(idx(1 << 10, 1 << 10), 1 << 30), "more follow");
    refused("IDX", read, "compressed to a thousandth", gzip(idx(200, 1 << 20), new byte[1 << 20], 200),
        "cannot hold");
    refused("IDX", read, "60 MB promised, none there", gzip(idx(60, 1 << 20), new byte[0], 0),
        "but only 0 follow");
    var block = new byte[1 << 20];
    for (int i = 0; i < block.length; i += 128) block[i] = (byte) (i >> 7);
    refused("IDX", read, "80 MB promised, 70 there", gzip(idx(80, 1 << 20), block, 70), "follow");
    refused("IDX", read, "60 MB promised, 70 there", gzip(idx(60, 1 << 20), block, 70), "but more follow");
    refused("IDX", read, "an archive in an archive", gzip(gzip(idx(1), new byte[1], 1), new byte[0], 0),
        "it begins with the bytes 1f8b");

    Consumer<Path> npy = path -> OnReference.run(() -> Npy.read(path));
    refused("npy", npy, "a .npz", "PK\3\4 and so on", "unzip it first");
    refused("npy", npy, "objects", npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"),
        "Python objects");
    refused("npy", npy, "a program", npy("__import__('os').system('true')"), "expected '{'");
    refused("npy", npy, "exabytes",
        npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1152921504606846976,), }"),
        "more bytes than 64 bits");
    refused("npy", npy, "terabytes",
        npy("{'descr': '<f8', 'fortran_order': False, 'shape': (137438953472,), }"),
        "but 0 follow");
    refused("npy", npy, "4 GB of nothing",
        sparse(npy("{'descr': '|u1', 'fortran_order': False, 'shape': (7,), }"), 1L << 32), "follow");
    refused("npy", npy, "a header of 4 GB",
        new byte[]{(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0, -1, -1, -1, -1},
        "at most 10000");
  }

  private static byte[] ones(int count) {
    var bytes = new byte[count];
    Arrays.fill(bytes, (byte) -1);
    return bytes;
  }

  private static byte[] npy(String header) {
    var text = header.getBytes(StandardCharsets.ISO_8859_1);
    return join(new byte[]{(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) text.length, 0}, text);
  }

  @Test
  void setsOfDigits() throws IOException {
    var set = Files.createDirectory(folder.resolve("mnist"));
    for (var part : List.of("train", "t10k")) {
      Files.write(set.resolve(part + "-images-idx3-ubyte"), join(idx(2, 28, 28), new byte[2 * 28 * 28]));
      Files.write(set.resolve(part + "-labels-idx1-ubyte"), join(idx(2), new byte[2]));
    }
    MnistFiles.read(set);
    Consumer<Path> read = _ -> MnistFiles.read(set);
    mnist(set, read, "a label of 10", "t10k-labels-idx1-ubyte", join(idx(2), new byte[]{0, 10}),
        "label 1 is 10, expected 0 to 9");
    mnist(set, read, "three labels", "t10k-labels-idx1-ubyte", join(idx(3), new byte[3]), "of the same set");
    mnist(set, read, "labels in a square", "t10k-labels-idx1-ubyte", join(idx(1, 2), new byte[2]),
        "expected [count]");
    mnist(set, read, "narrow pictures", "train-images-idx3-ubyte",
        join(idx(2, 28, 27), new byte[2 * 28 * 27]),
        "expected [count, 28, 28]");
    mnist(set, read, "none", "train-images-idx3-ubyte", idx(0, 28, 28), "0 images");
  }

  private void mnist(Path set, Consumer<Path> read, String what, String name, byte[] bytes, String said)
      throws IOException {
    var path = set.resolve(name);
    var before = Files.readAllBytes(path);
    Files.write(path, bytes);
    refused("MNIST", read, what, path, said);
    Files.write(path, before);
  }

  @Test
  void pictures() throws IOException {
    for (var one : List.<Consumer<Path>>of(path -> ImageFile.read(path, false), DigitImage::read)) {
      refused("PNG", one, "of 40 GB", png(100_000, 100_000, chunk("IDAT"), IEND), "expected at most");
      refused("PNG", one, "of 4 megapixels in a byte", png(4500, 4500, chunk("IDAT", zeros(9)), IEND),
          "to a byte");
      refused("PNG", one, "that ends early", png(1500, 1500, chunk("IDAT", zeros(1_000_000)), IEND), "PNG");
      refused("PNG", one, "of no width", png(0, 9, chunk("IDAT", zeros(9)), IEND), "PNG");
      refused("PNG", one, "of negative height", png(9, -9, chunk("IDAT", zeros(9)), IEND), "PNG");
      refused("PNG", one, "with a chunk of 4 GB", join(png(9, 9), ones(4), new byte[]{'I', 'D', 'A', 'T'}),
          "ends too early");
      refused("PNG", one, "with a chunk of 2 GB of text",
          join(png(9, 9), new byte[]{127, -1, -1, -1, 'z', 'T', 'X', 't'}), "ends too early");
      refused("PNG", one, "with 100 MB of text",
          png(9, 9, chunk("zTXt", new byte[]{'a', 0, 0}, zeros(100_000_000)), IEND), "PNG");
      refused("PNG", one, "with 100 MB of colour profile",
          png(9, 9, chunk("iCCP", new byte[]{'a', 0, 0}, zeros(100_000_000)), IEND), "PNG");
      refused("PNG", one, "without a picture", png(9, 9, IEND), "PNG");
      refused("PNG", one, "without an end", png(9, 9, chunk("IDAT", zeros(9 * 28))), "ends too early");
      refused("PNG", one, "of 3 bits", png(9, 9, 3, 2, chunk("IDAT", zeros(9 * 28)), IEND), "PNG");
      refused("PNG", one, "without its palette", png(9, 9, 8, 3, chunk("IDAT", zeros(9 * 10)), IEND), "PNG");
      refused("PNG", one, "that is not compressed", png(9, 9, chunk("IDAT", new byte[300]), IEND), "PNG");

      refused("JPEG", one, "of 4 gigapixels", jpeg(65_500, 65_500), "expected at most");
      refused("JPEG", one, "of 20 megapixels in a byte", jpeg(4500, 4500), "to a byte");
      refused("JPEG", one, "of no height", jpeg(9, 0), "JPEG");
      refused("JPEG", one, "that only begins", new byte[]{(byte) 0xff, (byte) 0xd8, (byte) 0xff}, "JPEG");
      var jpeg = Pictures.encoded(BufferedImage.TYPE_INT_RGB, "jpeg");
      refused("JPEG", one, "cut in its scan", Arrays.copyOf(jpeg, jpeg.length - 40), "JPEG");
      refused("a picture", one, "that is a text", "<svg xmlns='http://www.w3.org/2000/svg'/>", "picture");
      refused("a picture", one, "that is a WebP", "RIFF\0\0\0\0WEBPVP8 ", "picture");
      refused("a picture", one, "that is empty", new byte[0], "is empty");
      refused("a picture", one, "of a gigabyte",
          sparse(png(9, 9), 1L << 30), "expected a picture of at most 268435456");
      refused("a picture", one, "of 3 GB", sparse(png(9, 9), 3L << 30), "expected a picture of at most");
    }
    Consumer<Path> read = path -> ImageFile.read(path, true);
    refused("GIF", read, "of 4 gigapixels", gif(65_535, 65_535, gifImage(65_535, 65_535)),
        "expected at most");
    refused("GIF", read, "of 20 megapixels in a byte", gif(4500, 4500, gifImage(4500, 4500)), "to a byte");
    refused("GIF", read, "whose picture is larger than itself", gif(9, 9, gifImage(4500, 4500)), "to a byte");
    refused("GIF", read, "without a picture", gif(9, 9, new byte[]{';'}), "GIF");
    refused("GIF", read, "with codes of 200 bits",
        gif(9, 9, join(gifImage(9, 9), new byte[]{(byte) 200, 1, 1, 0})),
        "GIF");
    refused("BMP", read, "of 400 megapixels", bmp(20_000, 20_000, 24, 0, 54, new byte[0]), "");
    refused("BMP", read, "of 20 megapixels in a byte", bmp(4500, 4500, 24, 0, 54, new byte[0]), "");
    refused("BMP", read, "of negative width", bmp(-9, 9, 24, 0, 54, new byte[300]), "BMP");
    refused("BMP", read, "that ends early", bmp(1000, 1000, 24, 0, 54, new byte[300]), "BMP");
    refused("BMP", read, "with a palette of 2 GB", bmp(9, 9, 8, 0, Integer.MAX_VALUE, new byte[300]), "BMP");
    refused("BMP", read, "with a PNG inside", bmp(9, 9, 0, 5, 54, png(100_000, 100_000, IEND)), "inside");
    refused("BMP", read, "with a JPEG inside", bmp(9, 9, 0, 4, 54, jpeg(65_535, 65_535)), "inside");
    refused("BMP", read, "of 7 bits", bmp(9, 9, 7, 0, 54, new byte[300]), "BMP");
  }

  @Test
  void tables() throws IOException {
    Consumer<Path> read = Table::read;
    refused("CSV", read, "empty", "", "is empty");
    refused("CSV", read, "a header alone", "a,b\n", "no rows below it");
    refused("CSV", read, "a quotation mark alone", "a,b\n\"" + "1,2\n".repeat(100_000), "CSV");
    refused("CSV", read, "a cell of 20 MB", "a\n" + "x".repeat(20 << 20), "CSV");
    refused("CSV", read, "two million columns", ",".repeat(2_000_000) + "\n1", "CSV");
    refused("CSV", read, "16,000 columns of one name", "a,".repeat(16_000) + "a\n1", "are both called 'a'");
    refused("CSV", read, "a number of a million digits, and a letter",
        "a,b\n" + "1".repeat(1_000_000) + "x,1\n1\n", "1 field, expected 2");
    refused("CSV", read, "a sign and a million points", "a,b\n+" + ".".repeat(1_000_000) + ",1\n1\n",
        "1 field, expected 2");
    refused("CSV", read, "bytes that are no text",
        join("a,b\n1,".getBytes(StandardCharsets.US_ASCII), ones(9)),
        "no UTF-8");
    refused("CSV", read, "half a character of UTF-16", new byte[]{-2, -1, 0, 'a', 0, 10, 0}, "UTF-8");
    refused("CSV", read, "zeros", sparse(new byte[0], 40 << 20), "CSV");
    refused("CSV", read, "lines of other lengths", "a,b\n1,2\n1\n", "line 3");

    Consumer<Path> encoder = path -> TableEncoder.fromJson(TextFile.read(path));
    refused("encoder", encoder, "no JSON", "a,b", "no encoder");
    refused("encoder", encoder, "deep", "{\"columns\":" + "[".repeat(100_000), "no encoder");
    refused("encoder", encoder, "many empty lists", "{\"columns\":[" + "[],".repeat(3_000_000) + "[]]}",
        "no encoder");
    refused("encoder", encoder, "many empty objects", "{\"columns\":[" + "{},".repeat(700_000) + "{}]}",
        "no encoder");
    refused("encoder", encoder, "no columns",
        "{\"columns\":[],\"target\":{\"name\":\"a\",\"classes\":[\"b\"]}}",
        "it has 0 columns");
    refused("encoder", encoder, "an infinite mean",
        "{\"columns\":[{\"name\":\"a\",\"type\":\"number\",\"mean\":1e999,"
            + "\"scale\":1,\"fill\":0,\"indicator\":false}],\"target\":{\"name\":\"y\",\"classes\":[\"b\"]}}",
        "not finite");
    refused("encoder", encoder, "a list for a target", "{\"columns\":[{}],\"target\":[]}", "no encoder");
    refused("encoder", encoder, "null", "null", "no JSON object");

    Consumer<Path> text = TextFile::read;
    refused("text", text, "empty", "", "is empty");
    refused("text", text, "bytes that are no text", join("abc".getBytes(StandardCharsets.US_ASCII), ones(1)),
        "byte 3");
    refused("text", text, "an overlong slash", new byte[]{(byte) 0xc0, (byte) 0xaf}, "byte 0");
    refused("text", text, "3 GB", sparse(new byte[0], 3L << 30), "expected a text of at most");
  }

  @Test
  void tensors() throws IOException {
    Consumer<Path> read = path -> {
      try (var arena = Arena.ofConfined()) {
        Safetensors.read(path, arena);
      }
    };
    var none = "\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}";
    refused("safetensors", read, "150,000 tensors", header(many(150_000, i -> "\"" + i + none)),
        "more than 50000 tensors");
    refused("safetensors", read, "a million texts",
        header("\"__metadata__\":{" + many(1_000_000, i -> "\"" + i + "\":\"\"") + "}"),
        "more than 10000 texts");
    refused("safetensors", read, "a text of 20 MB",
        header("\"__metadata__\":{\"a\":\"" + "x".repeat(20 << 20) + "\"}"),
        "not acceptable JSON");
    refused("safetensors", read, "deep", header("\"a\":" + "[".repeat(1_000_000)), "object");
    refused("safetensors", read, "a name of a megabyte", header("\"" + "x".repeat(1 << 20) + none), "JSON");
    refused("safetensors", read, "a terabyte",
        header("\"a\":{\"dtype\":\"U8\",\"shape\":[1099511627776],\"data_offsets\":[0,1099511627776]}"),
        "only 0 bytes");
    refused("safetensors", read, "a gigabyte of nothing", sparse(header("\"a" + none), 1L << 30),
        "belong to no tensor");
    refused("safetensors", read, "a header of 90 MB of nothing",
        sparse(
            ByteBuffer.allocate(9).order(ByteOrder.LITTLE_ENDIAN).putLong(90_000_000).put((byte) '{').array(),
            100_000_000),
        "not acceptable JSON");
    Consumer<Path> model = path -> OnReference.run(() -> ModelFile.load(new Linear(2, 2), path));
    refused("model", model, "of nothing", header(""), "weight");
    refused("model", model, "of another's keys", header("\"a" + none), "weight");
    refused("model", model, "of other sizes",
        header(
            "\"weight\":{\"dtype\":\"F32\",\"shape\":[0,2],\"data_offsets\":[0,0]},\"bias\":{\"dtype\":\"F32\",\"shape\":[0],"
                + "\"data_offsets\":[0,0]}"),
        "weight");
    Consumer<Path> gpt = path -> OnReference.run(() -> Gpt.fromGpt2(path));
    refused("GPT-2", gpt, "of nothing", header(""), "GPT-2");
    refused("GPT-2", gpt, "of no width",
        header(many(3, i -> "\"" + List.of("wte.weight", "wpe.weight", "h.0.ln_1.weight").get(i)
            + "\":{\"dtype\":\"F32\",\"shape\":[9999999,0],\"data_offsets\":[0,0]}")),
        "GPT-2");
    refused("tensors", path -> OnReference.run(() -> TensorFile.load(path)), "a pickle",
        "\u0080\u0002ctorch._utils\n_rebuild_tensor_v2\n".getBytes(StandardCharsets.ISO_8859_1),
        "Is it a safetensors file?");
  }

  private static String many(int count, java.util.function.IntFunction<String> each) {
    var text = new StringBuilder();
    for (int i = 0; i < count; i++) text.append(i == 0 ? "" : ",").append(each.apply(i));
    return text.toString();
  }

  private static byte[] header(String inside) {
    var text = ("{" + inside + "}").getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + text.length).order(ByteOrder.LITTLE_ENDIAN).putLong(text.length).put(text)
        .array();
  }

  @Test
  void checkpoints() {
    var whole = folder.resolve("whole");
    SavedTraining.save(whole);
    var copy = folder.resolve("copy");
    SavedTraining.change(whole, copy, (_, _) -> {});
    SavedTraining.goOn(copy); // with nothing changed it is read
    var changes = new LinkedHashMap<String, BiConsumer<Map<String, Safetensors.Entry>, Map<String, String>>>();
    changes.put("counts beyond their memory",
        (tensors, _) -> tensors.put("training.metric.f1", SavedTraining.doubles(new double[100_000])));
    changes.put("counts of nothing",
        (tensors, _) -> tensors.put("training.metric.f1", SavedTraining.doubles()));
    changes.put("sums of three",
        (tensors, _) -> tensors.put("training.metric.accuracy", SavedTraining.doubles(1, 2, 3)));
    changes.put("floats for doubles",
        (tensors, _) -> tensors.put("training.history", SavedTraining.floats(1, 2, 3)));
    changes.put("no history", (tensors, _) -> tensors.remove("training.history"));
    changes.put("no steps", (tensors, _) -> tensors.remove("training.step_nanos"));
    changes.put("a moment of another shape", (tensors, _) -> tensors.replaceAll(
        (key, entry) -> key.startsWith("optimizer.") ? SavedTraining.floats(1, 2, 3) : entry));
    changes.put("no weights", (tensors, _) -> tensors.keySet().removeIf(key -> key.startsWith("model.")));
    for (var lie : List.of("step=-1", "step=1000000", "epoch=-3", "epoch=99999999999", "draws=-9",
        "walk_draws=x",
        "seed=7", "plateau=1 2", "plateau=a b c", "metrics=accuracy", "metrics=", "format=another",
        "data=others",
        "epoch_loss_sum=one", "samples=-1", "updates=9223372036854775808")) {
      var parts = lie.split("=", -1);
      changes.put(lie, (_, texts) -> texts.put(parts[0], parts[1]));
    }
    changes.put("no seed", (_, texts) -> texts.remove("seed"));
    changes.forEach((what, change) -> {
      SavedTraining.change(whole, copy, change);
      refused("checkpoint", SavedTraining::goOn, what, copy, "");
    });
  }

  /** Reading from them would never end, or wait for ever. */
  @Test
  void whatIsNoFile() throws Exception {
    var readers = Map.<String, Consumer<Path>>of("IDX", Idx::read, "npy",
        path -> OnReference.run(() -> Npy.read(path)),
        "CSV", Table::read, "text", TextFile::read, "a picture", path -> ImageFile.read(path, false),
        "tensors", path -> OnReference.run(() -> TensorFile.load(path)), "checkpoint", SavedTraining::goOn);
    var pipe = folder.resolve("pipe");
    boolean pipes = false;
    try {
      pipes = new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0;
    } catch (IOException _) {
      // a system without pipes that have a name
    }
    for (var reader : readers.entrySet()) {
      refused(reader.getKey(), reader.getValue(), "a folder", folder, "is a folder");
      if (pipes) refused(reader.getKey(), reader.getValue(), "a pipe", pipe, "is no regular file");
      if (Files.exists(Path.of("/dev/zero")))
        refused(reader.getKey(), reader.getValue(), "zeros for ever", Path.of("/dev/zero"),
            "is no regular file");
    }
  }

  /** As a guard of the guard: what is harmless is read. */
  @Test
  void harmlessFilesAreRead() throws IOException {
    var large = new BufferedImage(2500, 2400, BufferedImage.TYPE_BYTE_GRAY);
    var random = new Random(1);
    for (int i = 0; i < 300_000; i++)
      large.getRaster().setSample(random.nextInt(2500), random.nextInt(2400), 0, 255);
    var bytes = new ByteArrayOutputStream();
    javax.imageio.ImageIO.write(large, "png", bytes);
    var path = Files.write(folder.resolve("large.png"), bytes.toByteArray());
    assertTrue(Hostile.reads("a large scan", path, p -> ImageFile.read(p, true)));
    path = Files.write(folder.resolve("zeros.gz"), gzip(idx(30, 1 << 20), new byte[1 << 20], 30));
    assertTrue(Hostile.reads("30 MB of zeros", path, Idx::read));
  }
}
