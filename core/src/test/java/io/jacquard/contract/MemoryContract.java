package io.jacquard.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.expr.Program;
import io.jacquard.spi.Backend;
import io.jacquard.spi.Buffer;
import io.jacquard.spi.Layout;
import io.jacquard.spi.Operation;
import io.jacquard.spi.View;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Allocation and copies. */
final class MemoryContract {
  private MemoryContract() {}

  private static byte[] random(int length) {
    var bytes = new byte[length];
    new SplittableRandom(length).nextBytes(bytes);
    return bytes;
  }

  private static byte[] download(Backend backend, Buffer from, long offset, int length) {
    var bytes = new byte[length];
    backend.download(from, offset, MemorySegment.ofArray(bytes));
    return bytes;
  }

  static void cases(Cases cases) {
    var backend = cases.device().backend();
    for (int length : new int[]{1, 3, 64, 1000, 4096, 100_003, 5_000_001}) {
      cases.add("upload", length + " bytes and download", () -> {
        var buffer = backend.allocate(length);
        assertEquals(length, buffer.bytes());
        backend.upload(MemorySegment.ofArray(random(length)), buffer, 0);
        assertArrayEquals(random(length), download(backend, buffer, 0, length));
        backend.free(buffer);
      });
    }
    for (int offset : new int[]{0, 1, 4, 63, 500, 999}) {
      cases.add("upload", "a part at byte " + offset + ", leaving the rest", () -> {
        int length = Math.min(17, 1000 - offset);
        var buffer = backend.allocate(1000);
        var bytes = random(1000);
        backend.upload(MemorySegment.ofArray(bytes), buffer, 0);
        var part = random(length);
        backend.upload(MemorySegment.ofArray(part), buffer, offset);
        System.arraycopy(part, 0, bytes, offset, length);
        assertArrayEquals(bytes, download(backend, buffer, 0, 1000));
        backend.free(buffer);
      });
      cases.add("download", "a part from byte " + offset, () -> {
        int length = Math.min(17, 1000 - offset);
        var buffer = backend.allocate(1000);
        backend.upload(MemorySegment.ofArray(random(1000)), buffer, 0);
        assertArrayEquals(Arrays.copyOfRange(random(1000), offset, offset + length),
            download(backend, buffer, offset, length));
        backend.free(buffer);
      });
    }
    cases.add("upload", "of nothing", () -> {
      var buffer = backend.allocate(8);
      backend.upload(MemorySegment.ofArray(random(8)), buffer, 0);
      backend.upload(MemorySegment.ofArray(new byte[0]), buffer, 8);
      assertArrayEquals(random(8), download(backend, buffer, 0, 8));
      assertEquals(0, download(backend, buffer, 8, 0).length);
      backend.free(buffer);
    });
    cases.add("upload", "source may change after the return", () -> {
      var buffer = backend.allocate(1 << 20);
      var bytes = random(1 << 20);
      backend.upload(MemorySegment.ofArray(bytes), buffer, 0);
      Arrays.fill(bytes, (byte) 0);
      assertArrayEquals(random(1 << 20), download(backend, buffer, 0, 1 << 20));
      backend.free(buffer);
    });
    cases.add("allocate", "buffers that do not share memory", () -> {
      var buffers = new Buffer[40];
      for (int i = 0; i < buffers.length; i++) {
        buffers[i] = backend.allocate(1 + 97 * i);
        backend.upload(MemorySegment.ofArray(random(1 + 97 * i)), buffers[i], 0);
      }
      for (int i = 0; i < buffers.length; i++)
        assertArrayEquals(random(1 + 97 * i), download(backend, buffers[i], 0, 1 + 97 * i));
      for (var buffer : buffers) backend.free(buffer);
    });
    cases.add("free", "work that was given before still uses the memory", () -> usedUntilDone(backend));
    cases.add("download", "waits for a chain of work", () -> chain(backend));
    cases.add("run", "an operation that no backend knows is left to its decomposition",
        () -> assertFalse(backend.run(new Operation() {
          @Override
          public String name() {
            return "operation_of_a_test";
          }
        }, new View[0], new View[0])));
    cases.add("info", "says what it is", () -> {
      var info = cases.device().info();
      assertFalse(info.backend().isBlank());
      assertFalse(info.description().isBlank());
      assertTrue(info.ordinal() >= 0 && info.threads() >= 0);
      assertEquals(info.name(), cases.device().name());
    });
  }

  private static View floats(Buffer buffer, int size) {
    return new View(buffer, DType.FLOAT32, Layout.contiguous(Shape.of(size)));
  }

  private static void usedUntilDone(Backend backend) {
    int size = 50_000;
    var increment = Program.of(in -> in[0].add(1), DType.FLOAT32);
    var result = backend.allocate(4L * size);
    var source = backend.allocate(4L * size);
    backend.upload(MemorySegment.ofArray(new float[size]), source, 0);
    backend.map(increment, new long[0], new View[]{floats(source, size)}, new View[]{floats(result, size)});
    backend.free(source);
    var other = backend.allocate(4L * size); // may be the same memory
    backend.upload(MemorySegment.ofArray(new float[size]), other, 0);
    var expected = new float[size];
    Arrays.fill(expected, 1);
    var actual = new float[size];
    backend.download(result, 0, MemorySegment.ofArray(actual));
    assertArrayEquals(expected, actual);
    backend.free(other);
    backend.free(result);
  }

  private static void chain(Backend backend) {
    int size = 10_007;
    var increment = Program.of(in -> in[0].add(1), DType.FLOAT32);
    var a = backend.allocate(4L * size);
    var b = backend.allocate(4L * size);
    backend.upload(MemorySegment.ofArray(new float[size]), a, 0);
    var in = new View[1];
    var out = new View[1];
    for (int i = 0; i < 50; i++) {
      in[0] = floats(i % 2 == 0 ? a : b, size);
      out[0] = floats(i % 2 == 0 ? b : a, size);
      backend.map(increment, new long[0], in, out);
    }
    in[0] = out[0]; // arrays belong to the caller
    backend.synchronize();
    var actual = new float[size];
    backend.download(a, 0, MemorySegment.ofArray(actual));
    for (float value : actual) assertEquals(50, value);
    backend.free(a);
    backend.free(b);
  }
}
