package io.jacquard.cpu;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.spi.Layout;
import io.jacquard.spi.View;

/** Views of given values, and back. */
final class Given {
  private Given() {}

  static View view(CpuBackend cpu, DType type, Shape shape, double... values) {
    var buffer = (CpuBuffer) cpu.allocate(Math.max(1, shape.numel()) * type.bytes());
    for (int i = 0; i < shape.numel(); i++)
      Elements.store(type, buffer.address + (long) i * type.bytes(), type.bits(values[i]));
    return new View(buffer, type, Layout.contiguous(shape));
  }

  /** The values of a contiguous view. */
  static double[] values(CpuBackend cpu, View view) {
    var values = new double[(int) view.numel()];
    long start = Views.address(view, "test view");
    for (int i = 0; i < values.length; i++)
      values[i] = view.dtype().value(Elements.load(view.dtype(), start + (long) i * view.dtype().bytes()));
    return values;
  }
}
