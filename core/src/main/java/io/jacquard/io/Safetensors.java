package io.jacquard.io;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * Reads and writes safetensors files: named tensors and a few texts, and nothing that could be executed.
 *
 * <pre>{@code
 * try (var arena = Arena.ofConfined()) {
 *   var contents = Safetensors.read(Path.of("model.safetensors"), arena);
 *   contents.tensors().forEach((name, entry) -> System.out.println(name + " " + entry.shape()));
 *   Safetensors.write(Path.of("copy.safetensors"), contents);
 * }
 * }</pre>
 *
 * <p>The format (<a href="https://github.com/huggingface/safetensors">its rules</a>): 8 bytes, the size of the header,
 * little-endian; the header, a JSON object that gives each tensor's dtype, shape and place in the data, and {@code
 * __metadata__}, texts by name; then the data, little-endian and row-major, without holes or overlaps. A file that
 * breaks one of the rules is refused, with the reason. So is one of more than 50,000 tensors, 10,000 texts, or 10 million
 * characters in a text.
 *
 * <p>Element types are F32, F64, BF16, F16, I32, I64, U8 and BOOL.
 */
public final class Safetensors {
  /** The most bytes that a header may have, by the format's rules. */
  static final int MAX_HEADER = 100_000_000;
  /** The most tensors, texts and characters of a text: what is read of a header stays in proportion to the file. */
  static final int MAX_TENSORS = 50_000;
  static final int MAX_TEXTS = 10_000;
  static final int MAX_TEXT = 10_000_000;
  private static final int PREFIX = Long.BYTES;
  private static final ValueLayout.OfLong HEADER_SIZE = ValueLayout.JAVA_LONG_UNALIGNED
      .withOrder(ByteOrder.LITTLE_ENDIAN);

  /**
   * One tensor.
   *
   * @param data its elements, little-endian and row-major. In a segment from {@link #read} they may lie at any address:
   *        use unaligned layouts, or copy them as bytes
   */
  public record Entry(DType dtype, Shape shape, MemorySegment data) {
    public Entry {
      if (data.byteSize() != Math.multiplyExact(shape.numel(), dtype.bytes())) {
        throw new JacquardException("A " + dtype + " tensor of shape " + shape + " has "
            + Math.multiplyExact(shape.numel(), dtype.bytes()) + " bytes, but " + data.byteSize()
            + " were given.");
      }
    }
  }

  /** What a file holds: tensors in the header's order, and texts. Immutable. */
  public record Contents(SequencedMap<String, Entry> tensors, Map<String, String> metadata) {
    public Contents {
      tensors = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(tensors));
      metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
    }
  }

  private Safetensors() {}

  /**
   * Maps a file into memory and checks it; a tensor's data is read when it is used. The data is valid until {@code
   * arena} is closed. Another program must not shorten the file meanwhile; {@link #write} to the same path is safe where
   * the system lets a mapped file be replaced (Windows does not).
   *
   * @throws JacquardException naming the file, the tensor and what was expected
   */
  public static Contents read(Path path, Arena arena) {
    FileProblem.requireFile(path, "a safetensors file");
    MemorySegment file;
    try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
      file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    } catch (IOException e) {
      throw FileProblem.of(path, "cannot be read", e);
    }
    return read(path.toString(), file);
  }

  /** As {@link #read(Path, Arena)}, from bytes in memory; {@code name} is what messages call the file. */
  public static Contents read(String name, MemorySegment file) {
    long size = file.byteSize();
    if (size < PREFIX) {
      throw refuse(name, "it has " + size + " bytes, expected at least " + PREFIX
          + ", which say how long the header is. Was the download or copy cut short?");
    }
    long headerSize = file.get(HEADER_SIZE, 0);
    if (headerSize < 0 || headerSize > MAX_HEADER) {
      throw refuse(name, "its first 8 bytes promise a header of " + Long.toUnsignedString(headerSize)
          + " bytes, expected at most " + MAX_HEADER + ". Is it a safetensors file?");
    }
    if (headerSize > size - PREFIX) {
      throw refuse(name, "its header should have " + headerSize + " bytes, but only " + (size - PREFIX)
          + " follow. Was the download or copy cut short?");
    }
    var header = file.asSlice(PREFIX, headerSize).toArray(ValueLayout.JAVA_BYTE);
    var data = file.asSlice(PREFIX + headerSize);
    var parsed = SafetensorsHeader.parse(name, header);
    SafetensorsHeader.checkPlaces(name, parsed.tensors(), data.byteSize());
    var tensors = new LinkedHashMap<String, Entry>();
    parsed.tensors().forEach((key, info) -> {
      var slice = data.asSlice(info.begin(), info.end() - info.begin());
      if (info.dtype() == DType.BOOL) checkBools(name, key, slice);
      tensors.put(key, new Entry(info.dtype(), info.shape(), slice));
    });
    return new Contents(tensors, parsed.metadata());
  }

  private static void checkBools(String name, String key, MemorySegment data) {
    for (long i = 0; i < data.byteSize(); i++) {
      int value = data.get(ValueLayout.JAVA_BYTE, i) & 0xff;
      if (value > 1)
        throw refuse(name,
            "tensor '" + key + "' is BOOL, but element " + i + " is " + value + ", expected 0 or 1.");
    }
  }

  static JacquardException refuse(String name, String why) {
    return new JacquardException(name + " is not a valid safetensors file: " + why);
  }

  /**
   * Writes a file through {@link AtomicFile}. The same contents give the same bytes: the header lists the metadata
   * sorted by name and the tensors in their order; the header is padded so that the data starts at a multiple of 8, and
   * data of wider types comes first, so that every tensor starts at a multiple of its element size.
   *
   * @throws JacquardException if the file cannot be written, or a name or text cannot be in a header
   */
  public static void write(Path path, Contents contents) {
    var inOrder = new ArrayList<>(contents.tensors().entrySet());
    inOrder.sort(Comparator.comparingInt(e -> -e.getValue().dtype().bytes()));
    var places = new LinkedHashMap<String, SafetensorsHeader.Info>();
    contents.tensors().keySet().forEach(key -> places.put(key, SafetensorsHeader.Info.NOWHERE));
    long end = 0;
    for (var e : inOrder) {
      var entry = e.getValue();
      long begin = end;
      end = Math.addExact(begin, entry.data().byteSize());
      places.put(e.getKey(), new SafetensorsHeader.Info(entry.dtype(), entry.shape(), begin, end));
    }
    var header = SafetensorsHeader.write(path.toString(), places, contents.metadata());
    AtomicFile.write(path, channel -> {
      var prefix = ByteBuffer.allocate(PREFIX).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).flip();
      AtomicFile.writeFully(channel, prefix);
      AtomicFile.writeFully(channel, ByteBuffer.wrap(header));
      try (var arena = Arena.ofConfined()) {
        var chunk = arena.allocate(1 << 18);
        for (var e : inOrder) write(channel, e.getValue().data(), chunk);
      }
    });
  }

  /** Through a chunk of native memory, since a segment over a {@code float[]} is no ByteBuffer, nor is one over 2 GB. */
  private static void write(FileChannel channel, MemorySegment data, MemorySegment chunk) throws IOException {
    for (long done = 0; done < data.byteSize(); done += chunk.byteSize()) {
      long bytes = Math.min(chunk.byteSize(), data.byteSize() - done);
      MemorySegment.copy(data, done, chunk, 0, bytes);
      AtomicFile.writeFully(channel, chunk.asSlice(0, bytes).asByteBuffer());
    }
  }
}
