package io.jacquard.io;

import io.jacquard.JacquardException;
import io.jacquard.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/**
 * A file that TensorBoard reads: values with the steps to which they belong.
 *
 * <pre>{@code
 * var events = EventFile.in(Path.of("logs"));
 * events.write(1, List.of(EventFile.scalar("loss", 0.25), EventFile.histogram("weights", new double[] {1, 2, 2})));
 * }</pre>
 *
 * <p>The format: records, each of which is the length of its data (8 bytes), a checksum of that, the data, and a checksum of
 * the data, all little-endian; a checksum is the CRC32C, turned right by 15 bits, plus 0xa282ead8 (TensorFlow's
 * record_writer.cc). The data is an {@code Event} in the encoding of Protocol Buffers (event.proto, summary.proto). Records
 * are appended; a reader sees those that are whole.
 */
public final class EventFile {
  private static final int MASK = 0xa282ead8;
  private static final int BUCKETS = 30;
  private static final String VERSION = "brain.Event:2";
  // Fields of Event, of Summary, and of Summary.Value.
  private static final int WALL_TIME = 1;
  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int SUMMARY = 5;
  private static final int VALUE = 1;
  private static final int TAG = 1;
  private static final int SIMPLE_VALUE = 2;
  private static final int IMAGE = 4;
  private static final int HISTOGRAM = 5;

  /** What belongs to a step, under a tag. */
  public static final class Value {
    private final ProtoWriter message;

    private Value(ProtoWriter message) {
      this.message = message;
    }
  }

  private final Path folder;
  private @Nullable Path file;

  private EventFile(Path folder) {
    this.folder = folder;
  }

  /** A new file in a folder; both are made when something is written. */
  public static EventFile in(Path folder) {
    return new EventFile(folder);
  }

  /** A number. */
  public static Value scalar(String tag, double value) {
    return new Value(new ProtoWriter().text(TAG, tag).float32(SIMPLE_VALUE, (float) value));
  }

  /** How values are distributed: counts in 30 intervals of the same width. Those that are not finite are left out. */
  public static Value histogram(String tag, double[] values) {
    var finite = Arrays.stream(values).filter(Double::isFinite).toArray();
    var stats = Arrays.stream(finite).summaryStatistics();
    double low = finite.length == 0 ? 0 : stats.getMin();
    double high = finite.length == 0 ? 0 : stats.getMax();
    // One interval takes all where there is nothing to divide.
    int buckets = high > low ? BUCKETS : 1;
    var counts = new double[buckets];
    var limits = new double[buckets];
    for (int i = 0; i < buckets; i++)
      limits[i] = i == buckets - 1 ? high : low + (high - low) * (i + 1) / buckets;
    for (double value : finite)
      counts[high > low ? (int) Math.min(buckets - 1.0, (value - low) / (high - low) * buckets) : 0]++;
    double squares = Arrays.stream(finite).map(x -> x * x).sum();
    var message = new ProtoWriter().float64(1, low).float64(2, high).float64(3, finite.length)
        .float64(4, stats.getSum()).float64(5, squares).float64s(6, limits).float64s(7, counts);
    return new Value(new ProtoWriter().text(TAG, tag).message(HISTOGRAM, message));
  }

  /**
   * A picture.
   *
   * @param pixels [C, H, W] with C 1 (grey) or 3 (red, green, blue), numbers from 0 to 1
   */
  public static Value image(String tag, Tensor pixels) {
    if (pixels.rank() != 3 || pixels.size(0) != 1 && pixels.size(0) != 3) {
      throw new JacquardException("image '" + tag + "': the shape is " + pixels.shape()
          + ", expected [1, H, W] or [3, H, W].");
    }
    int channels = (int) pixels.size(0);
    int height = Math.toIntExact(pixels.size(1));
    int width = Math.toIntExact(pixels.size(2));
    var values = pixels.toDoubles();
    var image = new BufferedImage(width, height,
        channels == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < height * width; i++) {
      for (int c = 0; c < channels; c++) {
        double value = values[c * height * width + i];
        image.getRaster().setSample(i % width, i / width, c,
            Math.clamp(Math.round(255 * value), 0, 255));
      }
    }
    return image(tag, image);
  }

  /** A picture, grey or of three colours. */
  public static Value image(String tag, BufferedImage image) {
    var message = new ProtoWriter().integer(1, image.getHeight()).integer(2, image.getWidth())
        .integer(3, image.getRaster().getNumBands()).bytes(4, png(image));
    return new Value(new ProtoWriter().text(TAG, tag).message(IMAGE, message));
  }

  private static byte[] png(BufferedImage image) {
    var bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // there is none to memory
    }
    return bytes.toByteArray();
  }

  /**
   * Appends values of a step.
   *
   * @throws JacquardException naming the file, if it cannot be written
   */
  public void write(long step, List<Value> values) {
    var summary = new ProtoWriter();
    for (var value : values) summary.message(VALUE, value.message);
    var event = event().integer(STEP, step).message(SUMMARY, summary);
    try {
      append(file(), event);
    } catch (IOException e) {
      throw FileProblem.of(file == null ? folder : file, "cannot be written", e);
    }
  }

  private static ProtoWriter event() {
    return new ProtoWriter().float64(WALL_TIME, System.currentTimeMillis() * 1e-3);
  }

  private Path file() throws IOException {
    if (file != null) return file;
    Files.createDirectories(folder);
    // TensorBoard reads files of a folder in the order of their names.
    var made = folder.resolve("events.out.tfevents.%010d.jacquard.%s".formatted(
        System.currentTimeMillis() / 1000, UUID.randomUUID()));
    append(made, event().text(FILE_VERSION, VERSION));
    file = made;
    return made;
  }

  private static void append(Path file, ProtoWriter event) throws IOException {
    var data = event.toBytes();
    var length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(0, data.length);
    var record = ByteBuffer.allocate(Long.BYTES + 2 * Integer.BYTES + data.length)
        .order(ByteOrder.LITTLE_ENDIAN).put(length.array()).putInt(checksum(length.array())).put(data)
        .putInt(checksum(data)).flip();
    try (var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      AtomicFile.writeFully(channel, record);
    }
  }

  private static int checksum(byte[] bytes) {
    var sum = new CRC32C();
    sum.update(bytes);
    return Integer.rotateRight((int) sum.getValue(), 15) + MASK;
  }
}
