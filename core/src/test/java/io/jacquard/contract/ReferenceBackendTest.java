package io.jacquard.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.expr.Program;
import io.jacquard.spi.Buffer;
import io.jacquard.spi.Gemm;
import io.jacquard.spi.Layout;
import io.jacquard.spi.OutOfDeviceMemory;
import io.jacquard.spi.Reduction;
import io.jacquard.spi.View;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** What only the reference does: it notices every misuse. */
class ReferenceBackendTest {
  private static final Program DOUBLE = Program.of(in -> in[0].add(in[0]), DType.FLOAT32);

  private final ReferenceBackend backend = new ReferenceBackend();

  private Buffer floats(float... values) {
    var buffer = backend.allocate(values.length * 4L);
    backend.upload(MemorySegment.ofArray(values), buffer, 0);
    return buffer;
  }

  private float[] floats(Buffer buffer) {
    var values = new float[(int) (buffer.bytes() / 4)];
    backend.download(buffer, 0, MemorySegment.ofArray(values));
    return values;
  }

  private static View view(Buffer buffer, long offset, long size, long stride) {
    return new View(buffer, DType.FLOAT32, new Layout(Shape.of(size), new long[]{stride}, offset));
  }

  private void doubled(View in, View out) {
    backend.map(DOUBLE, new long[0], new View[]{in}, new View[]{out});
  }

  @Test
  void freshMemoryIsNan() {
    for (float value : floats(backend.allocate(64))) assertTrue(Float.isNaN(value));
  }

  @Test
  void freedMemoryIsRefused() {
    var buffer = floats(1, 2);
    backend.free(buffer);
    assertEquals(0, backend.liveBuffers());
    assertThrows(IllegalStateException.class, () -> floats(buffer));
    assertThrows(IllegalStateException.class,
        () -> doubled(view(buffer, 0, 2, 1), view(floats(0, 0), 0, 2, 1)));
    assertThrows(IllegalStateException.class, () -> backend.free(buffer));
  }

  @Test
  void accessOutsideOfABufferIsRefused() {
    var buffer = floats(1, 2, 3, 4);
    var out = view(backend.allocate(64), 0, 3, 1);
    assertThrows(IllegalArgumentException.class, () -> doubled(view(buffer, 2, 3, 1), out));
    assertThrows(IllegalArgumentException.class, () -> doubled(view(buffer, 1, 3, -1), out));
    assertThrows(IndexOutOfBoundsException.class,
        () -> backend.upload(MemorySegment.ofArray(new float[2]), buffer, 12));
  }

  @Test
  void outputMayBeAnInputButNotOverlapOne() {
    var buffer = floats(1, 2, 3, 4);
    doubled(view(buffer, 0, 4, 1), view(buffer, 0, 4, 1));
    assertArrayEquals(new float[]{2, 4, 6, 8}, floats(buffer));
    assertThrows(IllegalArgumentException.class, () -> doubled(view(buffer, 0, 3, 1), view(buffer, 1, 3, 1)));
    assertThrows(IllegalArgumentException.class,
        () -> doubled(view(buffer, 0, 4, 1), view(buffer, 3, 4, -1)));
    doubled(view(buffer, 0, 2, 2), view(buffer, 1, 2, 2)); // interleaved, but apart
    assertArrayEquals(new float[]{2, 4, 6, 12}, floats(buffer));
    assertThrows(IllegalArgumentException.class, () -> backend.matmul(Gemm.PLAIN, new long[0], square(buffer),
        square(floats(1, 0, 0, 1)), new View[0], new View[]{square(buffer)}));
  }

  private static View square(Buffer buffer) {
    return new View(buffer, DType.FLOAT32, Layout.contiguous(Shape.of(2, 2)));
  }

  @Test
  void outputMayNotOverlapItself() {
    var in = view(floats(1, 2, 3), 0, 3, 1);
    assertThrows(IllegalArgumentException.class, () -> doubled(in, view(backend.allocate(64), 0, 3, 0)));
  }

  @Test
  void typesAndShapesMustFit() {
    var two = view(floats(1, 2), 0, 2, 1);
    var ints = new View(backend.allocate(64), DType.INT32, Layout.contiguous(Shape.of(2)));
    assertThrows(IllegalArgumentException.class, () -> doubled(ints, two));
    assertThrows(IllegalArgumentException.class, () -> doubled(two, ints));
    assertThrows(IllegalArgumentException.class, () -> doubled(two, view(floats(0, 0, 0), 0, 3, 1)));
    assertThrows(IllegalArgumentException.class,
        () -> backend.reduce(Reduction.of(Reduction.Fold.SUM), DOUBLE,
            new long[0], new View[]{two}, new int[]{0}, new View[]{view(floats(0, 0), 0, 2, 1)}));
  }

  @Test
  void unwrittenBoolIsRefused() {
    var not = Program.of(in -> in[0].not(), DType.BOOL);
    var fresh = new View(backend.allocate(4), DType.BOOL, Layout.contiguous(Shape.of(4)));
    var out = new View(backend.allocate(4), DType.BOOL, Layout.contiguous(Shape.of(4)));
    assertThrows(IllegalStateException.class,
        () -> backend.map(not, new long[0], new View[]{fresh}, new View[]{out}));
  }

  @Test
  void capacityIsALimit() {
    var small = new ReferenceBackend(100);
    var first = small.allocate(60);
    assertThrows(OutOfDeviceMemory.class, () -> small.allocate(41));
    small.free(first);
    assertEquals(100, small.allocate(100).bytes());
  }

  @Test
  void erfAgreesWithItsSeriesInManyDigits() {
    // from the Taylor series (Abramowitz and Stegun 7.1.5) in 60 decimal digits; 4 ulp is below 1e-15
    var known = new double[][]{{1e-300, 1.1283791670955126e-300}, {1e-8, 1.1283791670955126e-08},
        {0.125, 0.1403162048013338}, {0.5, 0.5204998778130465}, {0.84375, 0.7672256612323416},
        {1, 0.8427007929497149}, {1.25, 0.9229001282564583}, {1.5, 0.9661051464753108},
        {1.96875, 0.9946345516338942}, {1.999, 0.9953015566513705}, {2, 0.9953222650189527},
        {2.5, 0.999593047982555}, {3, 0.9999779095030014}, {3.75, 0.9999998862727434},
        {5, 0.9999999999984626}, {5.5, 0.9999999999999927}};
    for (var pair : known) {
      assertEquals(pair[1], Erf.erf(pair[0]), 4 * Math.ulp(pair[1]));
      assertEquals(-pair[1], Erf.erf(-pair[0]), 4 * Math.ulp(pair[1]));
    }
    assertEquals(1, Erf.erf(Double.POSITIVE_INFINITY));
    assertTrue(Double.isNaN(Erf.erf(Double.NaN)));
  }
}
