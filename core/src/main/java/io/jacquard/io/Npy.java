package io.jacquard.io;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.IntStream;

/**
 * Reads and writes NumPy's .npy files: one array each.
 *
 * <pre>{@code
 * var x = Npy.read(Path.of("digits.npy"));
 * Npy.write(Path.of("mean.npy"), x.to(DType.FLOAT32).mean(0));
 * }</pre>
 *
 * <p>The format (<a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">its description</a>):
 * a mark, a version, the size of a header, the header, the elements. Versions 1.0, 2.0 and 3.0 are read, in either byte
 * order, row-major or column-major; 1.0 is written, little-endian and row-major, with the bytes that {@code numpy.save}
 * gives. Types are float16, float32, float64, int32, int64, uint8 and bool. Python objects, records and texts are
 * refused: reading a file executes nothing. So is a file that is shorter or longer than its header says.
 */
public final class Npy {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int VERSION_END = 8;
  /** NumPy's own limit for headers that it does not trust. */
  private static final int MAX_HEADER = 10_000;
  /** The elements begin at a multiple of this. */
  private static final int ALIGNMENT = 64;
  private static final int QUOTED = 60;
  private static final int CHUNK = 1 << 18;

  private Npy() {}

  /**
   * The array of a file, on the current device. One that was written in column-major order lies so in memory.
   *
   * @throws JacquardException naming the file, and what is wrong with it
   */
  public static Tensor read(Path path) {
    FileProblem.requireFile(path, "a .npy file");
    try (var arena = Arena.ofConfined(); var channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return read(path.toString(), channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
    } catch (IOException e) {
      throw FileProblem.of(path, "cannot be read", e);
    }
  }

  /** As {@link #read(Path)}, from bytes in memory; {@code name} is what messages call the file. */
  public static Tensor read(String name, MemorySegment file) {
    int prefix = prefix(name, file);
    long headerSize = headerSize(file, prefix);
    if (headerSize > MAX_HEADER) {
      throw refuse(name,
          "its header would have " + headerSize + " bytes, expected at most " + MAX_HEADER + ".");
    }
    requireBytes(name, file, prefix + headerSize, "its header");
    Charset charset = major(file) == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
    var text = new String(file.asSlice(prefix, headerSize).toArray(ValueLayout.JAVA_BYTE), charset);
    var header = NpyHeader.parse(name, text);
    var data = file.asSlice(prefix + headerSize);
    if (data.byteSize() != header.bytes()) throw wrongSize(name, header, data.byteSize());
    if (header.dtype() == DType.BOOL) checkBools(name, data);
    return tensor(header, data);
  }

  /** Checks the mark and the version; where the header begins. */
  private static int prefix(String name, MemorySegment file) {
    requireBytes(name, file, VERSION_END, "the mark of a .npy file and its version");
    if (file.asSlice(0, MAGIC.length).mismatch(MemorySegment.ofArray(MAGIC)) >= 0) {
      boolean zip = file.get(ValueLayout.JAVA_BYTE, 0) == 'P' && file.get(ValueLayout.JAVA_BYTE, 1) == 'K';
      throw refuse(name, "it does not begin with the mark \\x93NUMPY. "
          + (zip ? "It may be a .npz, an archive: unzip it first." : "Is it another kind of file?"));
    }
    int major = major(file);
    int minor = file.get(ValueLayout.JAVA_BYTE, MAGIC.length + 1);
    if (major < 1 || major > 3 || minor != 0)
      throw refuse(name, "its version is " + major + "." + minor + ", expected 1.0, 2.0 or 3.0.");
    int prefix = VERSION_END + (major == 1 ? Short.BYTES : Integer.BYTES);
    requireBytes(name, file, prefix, "the size of its header");
    return prefix;
  }

  private static int major(MemorySegment file) {
    return file.get(ValueLayout.JAVA_BYTE, MAGIC.length);
  }

  private static long headerSize(MemorySegment file, int prefix) {
    return prefix - VERSION_END == Short.BYTES
        ? file.get(ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), VERSION_END) & 0xffffL
        : file.get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), VERSION_END)
            & 0xffffffffL;
  }

  private static void requireBytes(String name, MemorySegment file, long end, String what) {
    if (file.byteSize() < end) {
      throw refuse(name, "it has " + file.byteSize() + " bytes, expected at least " + end + ", for " + what
          + ". Was the download or copy cut short?");
    }
  }

  private static JacquardException wrongSize(String name, NpyHeader header, long found) {
    var cure = found < header.bytes()
        ? "Was the download or copy cut short?"
        : "Several arrays in one file cannot be read; save each in a file of its own.";
    return refuse(name, header.dtype() + " of shape " + header.shape() + " needs " + header.bytes()
        + " bytes after the header, but " + found + " follow. " + cure);
  }

  private static void checkBools(String name, MemorySegment data) {
    for (long i = 0; i < data.byteSize(); i++) {
      int value = data.get(ValueLayout.JAVA_BYTE, i) & 0xff;
      if (value > 1) throw refuse(name, "element " + i + " of bools is " + value + ", expected 0 or 1.");
    }
  }

  private static Tensor tensor(NpyHeader header, MemorySegment data) {
    int rank = header.shape().rank();
    var reversed = IntStream.range(0, rank).map(d -> rank - 1 - d).toArray();
    boolean turn = header.fortranOrder() && rank > 1;
    var lies = turn
        ? Shape.of(IntStream.of(reversed).mapToLong(d -> header.shape().size(d)).toArray())
        : header.shape();
    try (var _ = Scope.open(); var arena = Arena.ofConfined()) {
      var elements = inOrder(data, header.dtype().bytes(), header.order(), arena);
      var tensor = Tensor.of(Device.current(), header.dtype(), lies, elements);
      return (turn ? tensor.permute(reversed) : tensor).keep();
    }
  }

  /** The elements in the processor's own byte order, or in little-endian order from that. */
  private static MemorySegment inOrder(MemorySegment data, int bytes, ByteOrder order, Arena arena) {
    if (bytes == 1 || order == ByteOrder.nativeOrder()) return data;
    var turned = arena.allocate(data.byteSize());
    for (long i = 0; i < data.byteSize(); i += bytes) {
      for (int b = 0; b < bytes; b++)
        turned.set(ValueLayout.JAVA_BYTE, i + b, data.get(ValueLayout.JAVA_BYTE, i + bytes - 1 - b));
    }
    return turned;
  }

  /**
   * Writes a tensor through {@link AtomicFile}: whole or not at all.
   *
   * @throws JacquardException if the file cannot be written, or the tensor is bfloat16, which NumPy lacks
   */
  public static void write(Path path, Tensor tensor) {
    if (NpyHeader.descr(tensor.dtype()) == null) {
      throw new JacquardException(path + " cannot be written: NumPy has no " + tensor.dtype()
          + ". Write tensor.to(DType.FLOAT32), which has the same values.");
    }
    var header = new NpyHeader(tensor.dtype(), ByteOrder.LITTLE_ENDIAN, false, tensor.shape()).latin1();
    var start = start(header);
    try (var _ = Scope.open(); var arena = Arena.ofConfined()) {
      var elements = inOrder(tensor.toSegment(arena), tensor.dtype().bytes(), ByteOrder.LITTLE_ENDIAN, arena);
      AtomicFile.write(path, channel -> {
        AtomicFile.writeFully(channel, start);
        for (long done = 0; done < elements.byteSize(); done += CHUNK)
          AtomicFile.writeFully(channel,
              elements.asSlice(done, Math.min(CHUNK, elements.byteSize() - done)).asByteBuffer());
      });
    }
  }

  /** Mark, version, size and header, padded with spaces and ended with a line feed. */
  private static ByteBuffer start(byte[] header) {
    int unpadded = VERSION_END + Short.BYTES + header.length + 1;
    int size = Math.ceilDiv(unpadded, ALIGNMENT) * ALIGNMENT;
    var bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) (size - VERSION_END - Short.BYTES));
    bytes.put(header);
    while (bytes.position() < size - 1) bytes.put((byte) ' ');
    return bytes.put((byte) '\n').flip();
  }

  static JacquardException refuse(String name, String why) {
    return new JacquardException(name + " is not a valid .npy file: " + why);
  }

  /** What a file says, short enough for a message and without line breaks. */
  static String quoted(String text) {
    var line = text.strip().replaceAll("\\p{Cntrl}", "?");
    return line.length() > QUOTED ? line.substring(0, QUOTED) + "..." : line;
  }
}
