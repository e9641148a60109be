package io.jacquard.kernels.plan;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.expr.Program;
import io.jacquard.expr.Trace;
import io.jacquard.spi.Layout;
import io.jacquard.spi.View;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Copies operands into memory of its own, for kernels that want them to lie row-major; a copy lives until the next one. */
final class Packer implements AutoCloseable {
  private static final Map<DType, Program> COPY = new EnumMap<>(DType.class);
  private static final Map<DType, Program> ZERO = new EnumMap<>(DType.class);

  static {
    for (var type : List.of(DType.FLOAT32, DType.FLOAT64)) {
      COPY.put(type, Program.of(in -> in[0], type));
      var trace = new Trace(List.of());
      ZERO.put(type, trace.program(trace.param(0, type)));
    }
  }

  private final Maps maps;
  private final Scratch scratch;

  Packer(Maps maps, KernelMemory memory) {
    this.maps = maps;
    scratch = new Scratch(memory);
  }

  /** The program that copies elements of a floating type. */
  static Program copying(DType type) {
    return java.util.Objects.requireNonNull(COPY.get(type));
  }

  /** The layout that a copy has whose last dimension is filled up to {@code columns}. */
  static Layout filledUp(Shape shape, long columns) {
    return Layout.contiguous(shape.with(shape.rank() - 1, columns));
  }

  /** A row-major copy; where the last dimension is filled up to {@code columns}, with zeros. */
  View copy(View from, long columns) {
    var type = from.dtype();
    var whole = filledUp(from.shape(), columns);
    var buffer = scratch.buffer(whole.shape().numel() * type.bytes());
    if (columns != from.shape().size(-1)) {
      maps.run(java.util.Objects.requireNonNull(ZERO.get(type)), new long[1], new View[0],
          new View[]{new View(buffer, type, whole)});
    }
    var filled = new Layout(from.shape(), whole.strides(), 0);
    maps.run(copying(type), new long[0], new View[]{from}, new View[]{new View(buffer, type, filled)});
    return new View(buffer, type, whole);
  }

  @Override
  public void close() {
    scratch.close();
  }
}
