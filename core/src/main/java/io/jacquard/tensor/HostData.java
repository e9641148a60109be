package io.jacquard.tensor;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.expr.Program;
import io.jacquard.expr.Trace;
import io.jacquard.ops.Fill;
import io.jacquard.spi.Device;
import io.jacquard.spi.Layout;
import io.jacquard.spi.Spec;
import io.jacquard.spi.View;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

/** Moves elements between Java and devices, and makes tensors that no op makes. */
final class HostData {
  private static final Program ARANGE = arangeProgram();

  private HostData() {}

  private static Program arangeProgram() {
    var trace = new Trace(List.of());
    return trace.program(trace.index());
  }

  private static Tensor empty(Device device, DType dtype, Shape shape) {
    var block = Dispatch.allocate(device, new Spec[]{new Spec(dtype, shape)})[0];
    try {
      return Tensor.over(device, block, new View(block.buffer(), dtype, Layout.contiguous(shape)));
    } finally {
      block.release();
    }
  }

  static Tensor upload(Device device, DType dtype, Shape shape, MemorySegment elements) {
    long bytes = shape.numel() * dtype.bytes();
    if (elements.byteSize() != bytes || elements.byteSize() / dtype.bytes() != shape.numel()) {
      throw new JacquardException(
          "Tensor.of: shape " + shape + " of " + dtype + " needs " + bytes + " bytes, "
              + elements.byteSize() + " were given. The number of values must be the product of the sizes.");
    }
    var tensor = empty(device, dtype, shape);
    if (bytes > 0) device.backend().upload(elements, tensor.view().buffer(), 0);
    return tensor;
  }

  static Tensor full(Device device, DType dtype, Shape shape, long bits) {
    var tensor = empty(device, dtype, shape);
    Fill.run(device.backend(), bits, tensor.view());
    return tensor;
  }

  static Tensor arange(Device device, long end) {
    var tensor = empty(device, DType.INT64, Shape.of(end));
    device.backend().map(ARANGE, new long[0], new View[0], new View[]{tensor.view()});
    return tensor;
  }

  static float[] flat(float[][] rows) {
    int columns = rows.length == 0 ? 0 : rows[0].length;
    var flat = new float[rows.length * columns];
    for (int i = 0; i < rows.length; i++) {
      if (rows[i].length != columns) {
        throw new JacquardException(
            "Tensor.of: row " + i + " has " + rows[i].length + " values, row 0 has " + columns
                + ". All rows must be equally long.");
      }
      System.arraycopy(rows[i], 0, flat, i * columns, columns);
    }
    return flat;
  }

  static Shape inferShape(Shape from, long[] sizes) {
    int open = -1;
    for (int d = 0; d < sizes.length; d++) {
      if (sizes[d] < -1) {
        throw new JacquardException("reshape: " + Arrays.toString(sizes)
            + " has a negative size, expected sizes from 0, or one -1 for what is left.");
      }
      if (sizes[d] == -1 && open >= 0) {
        throw new JacquardException(
            "reshape: " + Arrays.toString(sizes) + " leaves two sizes open, expected at most one -1.");
      }
      if (sizes[d] == -1) open = d;
    }
    if (open < 0) return Shape.of(sizes);
    var filled = sizes.clone();
    filled[open] = 1;
    long known = Shape.of(filled).numel();
    if (known == 0 || from.numel() % known != 0) {
      throw new JacquardException(
          "reshape: " + from + " has " + from.numel() + " elements, which do not divide by the "
              + known + " of " + Arrays.toString(sizes) + ".");
    }
    filled[open] = from.numel() / known;
    return Shape.of(filled);
  }

  static MemorySegment download(Tensor tensor, Arena arena) {
    try (var _ = Scope.open(); var _ = GradMode.noGrad()) {
      tensor.checkOpen("download");
      var whole = tensor.contiguous();
      var segment = arena.allocate(whole.numel() * whole.dtype().bytes(), 8);
      long offset = whole.view().layout().offset() * whole.dtype().bytes();
      if (segment.byteSize() > 0) whole.device().backend().download(whole.view().buffer(), offset, segment);
      return segment;
    }
  }

  static double item(Tensor tensor) {
    tensor.checkOpen("item");
    // On the heap, so that reading a loss costs one small array.
    var bytes = new long[1];
    var segment = MemorySegment.ofArray(bytes).asSlice(0, tensor.dtype().bytes());
    long offset = tensor.view().layout().offset() * tensor.dtype().bytes();
    tensor.device().backend().download(tensor.view().buffer(), offset, segment);
    return value(segment, tensor.dtype(), 0);
  }

  static double value(MemorySegment elements, DType dtype, long i) {
    return switch (dtype) {
      case FLOAT32 -> elements.getAtIndex(ValueLayout.JAVA_FLOAT, i);
      case FLOAT64 -> elements.getAtIndex(ValueLayout.JAVA_DOUBLE, i);
      case BFLOAT16, FLOAT16 -> dtype.value(elements.getAtIndex(ValueLayout.JAVA_SHORT, i));
      default -> integer(elements, dtype, i);
    };
  }

  private static long integer(MemorySegment elements, DType dtype, long i) {
    return switch (dtype) {
      case INT32 -> elements.getAtIndex(ValueLayout.JAVA_INT, i);
      case INT64 -> elements.getAtIndex(ValueLayout.JAVA_LONG, i);
      case UINT8, BOOL -> elements.get(ValueLayout.JAVA_BYTE, i) & 0xff;
      case FLOAT32, FLOAT64, BFLOAT16, FLOAT16 ->
        throw new IllegalArgumentException(dtype + " is no integer type");
    };
  }

  static float[] floats(Tensor tensor) {
    try (var arena = Arena.ofConfined()) {
      var elements = download(tensor, arena);
      var values = new float[Math.toIntExact(tensor.numel())];
      for (int i = 0; i < values.length; i++) values[i] = (float) value(elements, tensor.dtype(), i);
      return values;
    }
  }

  static double[] doubles(Tensor tensor) {
    try (var arena = Arena.ofConfined()) {
      var elements = download(tensor, arena);
      var values = new double[Math.toIntExact(tensor.numel())];
      for (int i = 0; i < values.length; i++) values[i] = value(elements, tensor.dtype(), i);
      return values;
    }
  }

  static long[] longs(Tensor tensor) {
    if (tensor.dtype().isFloating()) {
      throw new JacquardException(
          "toLongs: the tensor is " + tensor.dtype() + ". Convert it with to(DType.INT64) first.");
    }
    try (var arena = Arena.ofConfined()) {
      var elements = download(tensor, arena);
      var values = new long[Math.toIntExact(tensor.numel())];
      for (int i = 0; i < values.length; i++) values[i] = integer(elements, tensor.dtype(), i);
      return values;
    }
  }

  static Tensor move(Tensor tensor, Device target) {
    try (var arena = Arena.ofConfined()) {
      return upload(target, tensor.dtype(), tensor.shape(), download(tensor, arena));
    }
  }
}
